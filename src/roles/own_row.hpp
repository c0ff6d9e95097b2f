// The row that a consumer has: joining, committing, leaving.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/lost_records.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

/// What a consumer does in the row whose lease it holds. Used by one thread; the participant must
/// outlive it.
class OwnRow {
 public:
  OwnRow(Participant& participant, const ConsumerOptions& options);
  OwnRow(const OwnRow&) = delete;
  OwnRow& operator=(const OwnRow&) = delete;

  /// Goes on where a held consumer of this name ended, or joins anew, to run after those rows, of
  /// which there are at most as many as rows. The consumer that had the row before is gone for
  /// good. invalidArgument where it would run after itself in the end.
  Result<void> begin(const ConsumerOptions& options, const std::vector<RowKey>& upstream);

  /// Leaves the row to a successor of the name where it is held, else gives it up. A name that was
  /// not given all that was published, or was evicted, is remembered.
  void leave() noexcept;
  /// Gives the row and the name up for good.
  void resign() noexcept;

  const std::string& name() const noexcept { return name_; }
  /// The last sequence before the first that this consumer is given.
  Sequence start() const noexcept { return start_; }
  /// What the last consumer of this name was not given, up to the first that this one is.
  const LostRecords& lost() const noexcept { return lost_; }
  /// As far as the row tells, no consumer of this name was in the segment before.
  bool isNewName() const noexcept { return isNewName_; }

  Sequence lastCommitted() const noexcept;
  bool mayBeEvicted() const noexcept { return mayBeEvicted_; }
  bool isEvicted() const noexcept {
    return page().row.load(std::memory_order_acquire) != word_;  // [K2] pairs with [L1]
  }
  /// True when the commit that was just stored counts.
  bool confirmCommit(Sequence committed) noexcept;

  /// Tells operators for which sequence this consumer sleeps, and that it is awake.
  void fallAsleep(Sequence target) noexcept;
  void wakeUp() noexcept;

  ConsumerPage& page() const noexcept { return view().consumer(participant_.row()); }

 private:
  const SegmentView& view() const noexcept { return participant_.view(); }
  std::uint32_t row() const noexcept { return participant_.row(); }
  using UpstreamWords = std::array<std::uint64_t, maxConsumerRows>;
  void introduce();
  static UpstreamWords wordsOf(const std::vector<RowKey>& upstream) noexcept;
  UpstreamWords upstreamWords() const noexcept;
  void sayUpstream(const UpstreamWords& words) const noexcept;
  void setPolicy(const ConsumerOptions& options) noexcept;
  void retire(bool sameName) noexcept;
  Result<void> join(const ConsumerOptions& options, const std::vector<RowKey>& upstream);
  Result<bool> tryJoin(const ConsumerOptions& options, const std::vector<RowKey>& upstream);
  Result<bool> resume(const ConsumerOptions& options, const std::vector<RowKey>& upstream);
  std::uint64_t owedWhenLeft() const noexcept;
  void giveUp(RowState state) noexcept;

  Participant& participant_;
  std::string name_;
  OnDeath onDeath_;
  bool mayBeEvicted_;
  std::uint64_t word_ = 0;  // what the row holds as long as this consumer has it
  Sequence start_ = noSequence;
  LostRecords lost_;
  bool isNewName_ = true;
  Sequence sleptFor_ = noSequence;
  bool hasResigned_ = false;  // the page is another consumer's
  Sequence resignedAt_ = noSequence;
};

/// The stream's numbers of a damaged segment, in words that say what to do.
Error impossibleCursor(const SegmentPath& path, Sequence committed);

}  // namespace sluice::detail
