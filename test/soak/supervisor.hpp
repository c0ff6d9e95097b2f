// Starts everybody, strikes at random, and closes the books.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "ledger.hpp"
#include "pid_namespaces.hpp"
#include "report.hpp"
#include "settings.hpp"
#include "support/shared_object.hpp"
#include "worker.hpp"

namespace sluice::soak {

/// Runs one round. Attaches to nothing itself, and has one thread, so that it can fork at any time.
class Supervisor {
 public:
  Supervisor(const Settings& settings, const Round& round, const PidNamespaces* namespaces,
             Report& report);
  /// Kills the processes that are left and takes the segment's name away.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Everything that went wrong is in the report then.
  void run();

 private:
  using TimePoint = Worker::TimePoint;

  std::uint64_t upTo(std::uint64_t most);
  TimePoint soon(std::uint64_t mostMicroseconds);
  Worker::Return backAfter(const Worker& worker, std::uint64_t oneIn, TimePoint time);
  void start(Worker& worker);
  void serveWhoIsDue(TimePoint now);
  void reap();
  void strike();
  void strikeOne(Worker& worker);
  bool isStuck(TimePoint now);
  void soak();
  void settle();
  void finish();
  template <class Holds>
  void serveUntil(Holds holds, const char* what);
  bool allHaveSeenTheEnd() const;
  void killEverybody();
  void closeBooks();
  void checkLedgers(std::uint64_t published);
  std::uint64_t checkSegment();
  void describeHang();
  bool isBroken() const noexcept { return broken_; }
  void fault(const std::string& text);

  const Settings& settings_;
  const Round& round_;
  const PidNamespaces* namespaces_;
  Report& report_;
  std::mt19937_64 random_;
  testing::SharedObject<Board> board_;
  std::vector<Worker> workers_;
  std::uint64_t lives_ = 0;
  bool isStriking_ = true;
  bool broken_ = false;
  std::uint64_t lastPublished_ = 0;
  TimePoint lastProgress_;
};

}  // namespace sluice::soak
