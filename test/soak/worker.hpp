// A process that the supervisor starts, strikes and starts again.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "ledger.hpp"
#include "role.hpp"
#include "settings.hpp"

namespace sluice::soak {

/// One place in the cast. Used by the supervisor alone.
class Worker {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  /// When a dead worker is started, or a stopped one goes on: not before both.
  struct Return {
    TimePoint time = TimePoint::min();
    std::uint64_t published = 0;
  };
  enum class State { dead, running, stopped, done, broken };

  Worker(const Role& role, std::size_t place) : role_(role), place_(place) {}

  /// Forks. The number is that of the life, and no other has it; it is doomed to be killed then.
  void start(Board& board, const Round& round, std::uint64_t number, TimePoint doom);
  void kill();
  void stop(const Return& back);
  void goOn();
  /// What waitpid() said.
  void reap(int status, const Board& board, const Return& back);

  const Role& role() const noexcept { return role_; }
  pid_t pid() const noexcept { return pid_; }
  State state() const noexcept { return state_; }
  bool lives() const noexcept { return state_ == State::running || state_ == State::stopped; }
  bool isDue(TimePoint now, std::uint64_t published) const noexcept {
    return now >= back_.time && published >= back_.published;
  }
  TimePoint doom() const noexcept { return doom_; }
  std::uint64_t deaths() const noexcept { return deaths_; }
  std::uint64_t stops() const noexcept { return stops_; }
  /// Why it ended, of a worker that is broken.
  const std::string& complaint() const noexcept { return complaint_; }
  std::string describe() const;

 private:
  Role role_;
  std::size_t place_;
  pid_t pid_ = -1;
  State state_ = State::dead;
  Return back_;
  TimePoint doom_ = TimePoint::max();
  bool struck_ = false;
  std::uint64_t deaths_ = 0;
  std::uint64_t stops_ = 0;
  std::string complaint_;
};

}  // namespace sluice::soak
