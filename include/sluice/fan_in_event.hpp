// What a reader of many rings is told.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "sluice/error.hpp"
#include "sluice/lost_records.hpp"
#include "sluice/segment_id.hpp"
#include "sluice/status.hpp"

namespace sluice {

/// A ring that a FanIn reads.
struct FanInRing {
  std::string name{};        ///< the segment's, when the ring was joined
  std::uint64_t number = 0;  ///< from 0 in the order of joining; no other ring of the FanIn gets it
  /// What the FanIn's name was never given of this ring, as far as is known: what the consumer
  /// before it had not committed (Consumer::lost()); where the name is new and begins at the oldest
  /// record, what came before that.
  LostRecords lost{};
  SegmentId id{};  ///< the segment's
};

/// What an event tells.
enum class FanInNews {
  records,  ///< the next batch of a ring
  ended,    ///< a ring's stream has ended, and status() says why; all of it was given
  refused,  ///< something was to be done with a name and could not be: error() says why
  none,     ///< nothing: status() says why
};

/// What a wait of a FanIn returned. What it refers to is valid until the next wait. `B` is the type
/// of its batches.
template <class B>
class [[nodiscard]] FanInEvent {
 public:
  FanInEvent(FanInNews news, Status status, const FanInRing& ring, const Error& error, B batch)
      : news_(news), status_(status), ring_(&ring), error_(&error), batch_(std::move(batch)) {}

  FanInNews news() const noexcept { return news_; }
  /// False when it tells nothing.
  explicit operator bool() const noexcept { return news_ != FanInNews::none; }

  /// Of `ended`: closed; peerLeft or peerDied where that is an end; evicted; corrupt. Of `none`:
  /// timedOut, stopped, detached. Otherwise ok.
  Status status() const noexcept { return status_; }

  /// Of `records` and `ended`: the ring. Of `refused`: the name, and number 0.
  const FanInRing& ring() const noexcept { return *ring_; }

  /// Of `records`: at least one. Otherwise empty.
  const B& batch() const noexcept { return batch_; }

  /// Of `refused`: why.
  const Error& error() const noexcept { return *error_; }

 private:
  FanInNews news_;
  Status status_;
  const FanInRing* ring_;
  const Error* error_;
  B batch_;
};

}  // namespace sluice
