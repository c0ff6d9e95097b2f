// In which order the records of several rings are given where they are merged.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "sluice/detail/time_point.hpp"
#include "sluice/detail/wait_member.hpp"

namespace sluice::detail {

/// Merges by time, and rings of the same time by their rank. The time of a record is the largest of
/// its ring so far. A ring that has nothing holds back what is later than its last record, for at
/// most the quiet limit; then it holds nothing back until it has something again. Used by one
/// thread.
class MergeOrder {
 public:
  /// So many records of the ring, from the first that was offered and not given.
  struct Turn {
    std::size_t ring;
    std::size_t count;
  };

  explicit MergeOrder(std::chrono::nanoseconds quietLimit) noexcept
      : quietLimit_(std::min<std::chrono::nanoseconds>(quietLimit, longestLimit)) {}

  void add(std::size_t ring, std::uint64_t rank) { rings_.emplace(ring, Ring{.rank = rank}); }
  void remove(std::size_t ring) { rings_.erase(ring); }

  /// The times of the ring's next records. All that was offered before has been given.
  void offer(std::size_t ring, std::vector<std::int64_t> times);
  /// Something that was offered was not given.
  bool holds(std::size_t ring) const { return rings_.at(ring).holds(); }

  /// What is to be given now, if something is, without giving it. A ring that is quiet begins to
  /// hold others back with the first question that finds it so.
  bool mayGive(TimePoint now) { return find(now).has_value(); }
  std::optional<Turn> give(TimePoint now);
  /// When something is to be given though no ring gets anything; `forever` where nothing is held
  /// back. As the last question found it.
  TimePoint giveAt() const noexcept { return giveAt_; }

  /// Ready when something is to be given; the order must outlive it and stay where it is.
  std::unique_ptr<WaitMember> waitMember();

  /// How many records were given after one of a later time.
  std::uint64_t late() const noexcept { return late_; }

 private:
  /// A time after this one can be told.
  static constexpr std::chrono::hours longestLimit{24 * 365 * 100};

  /// What comes first is less.
  struct Place {
    std::int64_t time;
    std::uint64_t rank;
    bool operator<(const Place& other) const noexcept {
      return std::tie(time, rank) < std::tie(other.time, other.rank);
    }
  };
  static constexpr Place atTheEnd{std::numeric_limits<std::int64_t>::max(),
                                  std::numeric_limits<std::uint64_t>::max()};

  struct Ring {
    std::uint64_t rank = 0;
    std::int64_t time = std::numeric_limits<std::int64_t>::min();  // of the last that was given
    std::vector<std::int64_t> offered{};
    std::size_t given = 0;  // of what was offered
    std::optional<TimePoint> quietSince{};

    bool holds() const noexcept { return given < offered.size(); }
    /// Of the next record, or the earliest that it may be.
    Place next() const noexcept;
    bool isQuiet(TimePoint since) const noexcept { return quietSince && *quietSince <= since; }
  };
  using Rings = std::map<std::size_t, Ring>;

  struct Found {
    Rings::iterator ring;
    Place before;  // what is not to be passed
  };
  std::optional<Found> find(TimePoint now);

  std::chrono::nanoseconds quietLimit_;
  Rings rings_;
  TimePoint giveAt_ = forever;
  std::int64_t time_ = std::numeric_limits<std::int64_t>::min();
  std::uint64_t late_ = 0;
};

}  // namespace sluice::detail
