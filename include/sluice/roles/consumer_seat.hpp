// A consumer's row: joining, leaving, and what it knows of those it reads from.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sluice/core/ended.hpp"
#include "sluice/core/sequence_barrier.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/core/waiting.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/liveness/death_watch.hpp"
#include "sluice/liveness/participant.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/options.hpp"
#include "sluice/roles/rows_gate.hpp"

namespace sluice {

/// Records that a consumer was never given, or whose batch was void: sequences first to
/// first + count - 1.
struct LostRecords {
  Sequence first = 0;
  std::uint64_t count = 0;
};

/// Everything of a consumer that does not depend on its record type. Used by one thread at a time;
/// stays where it is, because views refer to it.
class ConsumerSeat {
 public:
  /// Attaches, joins and decides where in the stream to start.
  static Result<std::unique_ptr<ConsumerSeat>> take(std::string_view segment,
                                                    const ConsumerOptions& options,
                                                    const RecordDescription& record,
                                                    layout::SlotLayout slotLayout);

  /// Leaves, unless this is a forked child.
  ~ConsumerSeat();
  ConsumerSeat(const ConsumerSeat&) = delete;
  ConsumerSeat& operator=(const ConsumerSeat&) = delete;

  const layout::SegmentView& view() const noexcept { return participant_.view(); }
  layout::ConsumerPage& page() const noexcept { return view().consumer(row()); }
  std::uint32_t row() const noexcept { return participant_.row(); }
  /// The last sequence before the first that this consumer is given.
  Sequence start() const noexcept { return start_; }
  /// What the last consumer of this name had not committed when it died or was evicted, up to the
  /// first that this one is given; none if it left in order, or is gone on with.
  const LostRecords& lost() const noexcept { return lost_; }
  bool isNamed() const { return participant_.isNamed(); }
  bool mayBeEvicted() const noexcept { return mayBeEvicted_; }
  bool isEvicted() const noexcept { return page().row.load(std::memory_order_acquire) != rowWord_; }
  Sequence lastCommitted() const noexcept;
  /// True when the commit that was just stored counts: the producer had not gone on without this
  /// consumer before.
  bool confirmCommit(Sequence committed) noexcept;
  bool runsAfterOthers() const noexcept { return !upstream_.empty(); }

  /// The lowest commit of those it runs after.
  Sequence upstreamCommitted() noexcept;

  /// Waits until `isArrived()` for the record `target`, or says why it will not come.
  template <class IsArrived>
  Ended waitForProducer(Sequence target, IsArrived isArrived, const WaitLimit& limit,
                        const WaitStrategy& strategy) {
    PeerWatch watch(*this, target, nullptr);
    return Waiting(producer_.bell(), target, isArrived, watch).wait(strategy, limit);
  }

  /// Waits until all it runs after have committed `target`, or says why they will not.
  Ended waitForUpstream(Sequence target, const WaitLimit& limit, const WaitStrategy& strategy);

 private:
  struct Upstream {
    ConsumerKey key;
    Sequence committed;
    Ended gone = Ended::no;
  };

  /// What a consumer knows of the one it waits for: the producer, or a consumer it runs after.
  class PeerWatch {
   public:
    PeerWatch(ConsumerSeat& seat, Sequence target, const Upstream* upstream) noexcept;
    const std::atomic<std::uint32_t>* lifeline() const noexcept;
    Ended ended(bool sliceOver);
    platform::TimePoint lookAgainAt() const noexcept;
    void asleep() const noexcept;
    void awake() const noexcept;

   private:
    Ended producerEnded(bool sliceOver);
    Ended upstreamEnded(bool sliceOver);
    ConsumerSeat& seat_;
    Sequence target_;
    const Upstream* upstream_;
    DeathWatch producerDeath_;
    DeathWatch upstreamDeath_;
  };

  ConsumerSeat(Participant participant, const ConsumerOptions& options);
  Result<void> findUpstream(const std::vector<std::string>& names);
  Result<void> begin(const ConsumerOptions& options);
  void introduce(const ConsumerOptions& options);
  void setPolicy(const ConsumerOptions& options) noexcept;
  void retire(bool sameName) noexcept;
  void join(const ConsumerOptions& options);
  bool tryJoin(const ConsumerOptions& options);
  bool resume(const ConsumerOptions& options);
  void leave() noexcept;
  void look(Upstream& upstream) noexcept;

  Participant participant_;
  SequenceBarrier<Sequence> producer_;
  WithoutProducer withoutProducer_;
  std::vector<Upstream> upstream_;
  std::uint64_t rowWord_ = 0;  // what the row holds as long as this consumer has it
  bool mayBeEvicted_;
  bool hasName_;
  Sequence start_ = initialSequence<Sequence>;
  LostRecords lost_;
};

}  // namespace sluice
