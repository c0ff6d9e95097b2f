// A consumer that another one runs after.
#pragma once

#include <atomic>
#include <cstdint>

#include "roles/consumer_watch.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Follows the commits of one consumer, as long as it has its row. Used by one thread; the
/// participant must outlive it.
class Upstream {
 public:
  Upstream(const Participant& follower, const RowKey& key) noexcept;

  const RowKey& key() const noexcept { return key_; }
  /// What it had committed when it was last looked at.
  Sequence committed() const noexcept { return committed_; }

  /// Reads its commit, and whether it has gone.
  void look() noexcept;

  /// Why it will commit nothing more, or Status::ok. A dead consumer whose row is held is waited
  /// for as a living one is: its successor goes on in the same row. Once the segment has lost its
  /// name, none can come.
  Status check();

  const std::atomic<std::uint32_t>& lifeline() const noexcept { return watch_.lifeline(); }
  TimePoint checkAgainAt() const noexcept { return watch_.askAgainAt(); }

 private:
  const ConsumerPage& page_;
  RowKey key_;
  ConsumerWatch watch_;
  Sequence committed_ = noSequence;
  Status gone_ = Status::ok;
};

}  // namespace sluice::detail
