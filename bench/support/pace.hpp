// How much work a run is given.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace sluice::bench {

/// Fits the number of records to a system's speed, so that its runs last as long as wanted.
class Pace {
 public:
  using Time = std::chrono::nanoseconds;

  explicit Pace(Time wanted, std::uint64_t first = 5'000, std::uint64_t least = 1) noexcept
      : wanted_(wanted), least_(least), records_(std::max(first, least)) {}

  /// For the next run.
  std::uint64_t records() const noexcept { return records_; }
  /// False while the next run would be so short that it only tells how many records to take.
  bool isKnown() const noexcept { return known_; }

  /// A run of records() has taken that long.
  void learn(Time taken) noexcept {
    const double longer = static_cast<double>(wanted_.count()) /
                          static_cast<double>(std::max<Time::rep>(taken.count(), 1));
    known_ = known_ || longer <= mostGrowth || records_ == most;
    const double records = static_cast<double>(records_) * std::min(longer, mostGrowth);
    records_ = std::clamp(static_cast<std::uint64_t>(records), least_, most);
  }

 private:
  // A very short run is mostly its beginning.
  static constexpr double mostGrowth = 30;
  static constexpr std::uint64_t most = std::uint64_t{1} << 40U;

  Time wanted_;
  std::uint64_t least_;
  std::uint64_t records_;
  bool known_ = false;
};

}  // namespace sluice::bench
