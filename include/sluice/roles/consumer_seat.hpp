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
#include "sluice/liveness/participant.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/options.hpp"
#include "sluice/roles/rows_gate.hpp"

namespace sluice {

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
  /// {generation, live}: what the row holds as long as this consumer has it.
  std::uint64_t rowWord() const noexcept { return rowWord_; }
  bool isEvicted() const noexcept { return page().row.load(std::memory_order_acquire) != rowWord_; }
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
    PeerWatch(ConsumerSeat& seat, Sequence target, const Upstream* upstream) noexcept
        : seat_(seat), target_(target), upstream_(upstream) {}
    const std::atomic<std::uint32_t>* lifeline() const noexcept;
    Ended ended(bool sliceOver) const;
    void asleep() const noexcept;
    void awake() const noexcept;

   private:
    Ended producerEnded(bool sliceOver) const;
    ConsumerSeat& seat_;
    Sequence target_;
    const Upstream* upstream_;
  };

  ConsumerSeat(Participant participant, const ConsumerOptions& options);
  Result<void> findUpstream(const std::vector<std::string>& names);
  void join(const ConsumerOptions& options);
  void leave() noexcept;
  void look(Upstream& upstream) noexcept;

  Participant participant_;
  SequenceBarrier<Sequence> producer_;
  WithoutProducer withoutProducer_;
  std::vector<Upstream> upstream_;
  std::uint64_t rowWord_ = 0;
  Sequence start_ = initialSequence<Sequence>;
};

}  // namespace sluice
