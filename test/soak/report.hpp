// What the soak has seen.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ledger.hpp"
#include "worker.hpp"

namespace sluice::soak {

/// The sums over all rounds, and everything that went wrong.
class Report {
 public:
  void add(const std::vector<Worker>& workers, const Board& board);
  void addPause(std::chrono::nanoseconds withoutARecord);
  void fault(std::string text) { faults_.push_back(std::move(text)); }

  bool isGood() const noexcept { return faults_.empty(); }
  std::uint64_t deaths() const noexcept;
  std::string inText() const;

 private:
  struct Line {
    unsigned processes = 0;
    std::uint64_t deaths = 0;
    std::uint64_t stops = 0;
    std::uint64_t lives = 0;
    std::uint64_t records = 0;
    std::uint64_t redelivered = 0;
    std::uint64_t losses = 0;
    std::uint64_t lost = 0;
    std::uint64_t evictions = 0;
  };

  std::map<std::string, Line> lines_;
  unsigned rounds_ = 0;
  std::uint64_t published_ = 0;
  std::uint64_t terms_ = 0;
  std::chrono::nanoseconds longestPause_{};
  std::vector<std::string> faults_;
};

}  // namespace sluice::soak
