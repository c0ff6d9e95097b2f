// A consumer's row in a segment: everything of it that does not depend on the record.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "sluice/c/linkage.h"
#include "sluice/detail/awaited.hpp"
#include "sluice/detail/doorbell.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/own_wait_set.hpp"
#include "sluice/detail/payload_region.hpp"
#include "sluice/detail/slot.hpp"
#include "sluice/lost_records.hpp"
#include "sluice/options.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// What of a segment a consumer touches for each batch.
struct ConsumerWords {
  std::atomic<Sequence>* cursor;                ///< what it has committed
  const std::atomic<Sequence>* producerCursor;  ///< what is published, at least
  Doorbell* doorbell;                           ///< of the threads that wait for its commits
  std::byte* ring;                              ///< mapped to be read
  std::uint64_t capacity;
  WakeProtocol wakeProtocol;
  const Doorbell* producerDoorbell;                    ///< rung when the producer goes
  const std::atomic<std::uint32_t>* producerLifeline;  ///< marked when it dies
  std::uint64_t doorbellSeen = 0;
  std::uint32_t lifelineSeen = 0;

  /// What a poll remembers of the producer, and whether nothing of that has changed since.
  void lookAtProducer() noexcept {
    doorbellSeen = producerDoorbell->load(std::memory_order_acquire);  // [E1] pairs with [E0]
    lifelineSeen = producerLifeline->load(std::memory_order_acquire);  // [D1] pairs with [D0]
  }
  bool producerIsAsBefore() const noexcept {
    return producerDoorbell->load(std::memory_order_relaxed) == doorbellSeen &&
           producerLifeline->load(std::memory_order_relaxed) == lifelineSeen;
  }
};

/// Holds a row: joins, leaves, and knows the producer and the consumers that this one runs after.
/// Used by one thread at a time; movable, and then empty: every call of an empty one, and in a
/// forked child, answers `detached` or nothing.
class SLUICE_API ConsumerAttachment {
  struct Inside;

 public:
  static Result<ConsumerAttachment> attach(std::string_view name, const ConsumerOptions& options,
                                           const Expectation& expectation);

  ConsumerAttachment(ConsumerAttachment&&) noexcept;
  ConsumerAttachment& operator=(ConsumerAttachment&&) noexcept;
  /// Leaves, unless this is a forked child: a held row stays held.
  ~ConsumerAttachment();

  /// Moved from, or in a forked child.
  bool isDetached() const noexcept;

  /// Not of an empty one.
  ConsumerWords words() const noexcept;
  AnySlot slot() const noexcept;
  /// Of a segment of messages.
  MessageSlot messageSlot() const noexcept;
  PayloadRegion payload() const noexcept;
  /// The record type as the segment tells it. Valid as long as this lives.
  const RecordDescription& record() const;
  std::string_view name() const noexcept;

  /// The last sequence before the first that this consumer is given.
  Sequence start() const noexcept;
  const LostRecords& lost() const noexcept;
  Sequence lastCommitted() const noexcept;
  /// What is published by now.
  Sequence published() const noexcept;
  bool isNamed() const;
  /// The number that no other segment has. Not of an empty one.
  std::array<std::uint8_t, 16> segmentId() const noexcept;
  /// What lost() says; and where the name is new in the segment, what of the stream came before
  /// start(). Not of an empty one.
  LostRecords notGiven() const noexcept;

  /// For an event loop; null of an empty one.
  OwnWaitSet* ownWaitSet() noexcept;

  bool runsAfterOthers() const noexcept;
  bool mayBeEvicted() const noexcept;

  /// Why this consumer is given nothing any more, whatever is published: evicted, or detached.
  Status ended() const noexcept;

  /// Status::ok when the commit that was just stored counts: the producer had not gone on without
  /// this consumer before. Else evicted, or detached.
  Status confirmCommit(Sequence committed) noexcept;
  /// Wakes the threads that wait for the commit.
  void announceCommit(Sequence committed) noexcept;

  /// The lowest commit of the consumers that this one runs after.
  Sequence upstreamCommitted() noexcept;
  /// Waits until all it runs after have committed `target`, or says why they will not.
  Status waitForUpstream(Sequence target, const WaitLimit& limit, const WaitStrategy& strategy);
  /// The same for a thread that waits for several things at once: what it waits for here. Valid as
  /// long as this lives.
  std::shared_ptr<Awaited> awaitedUpstream(Sequence target);

  /// Gives the row and the name up for good: the producer goes on without this consumer, which is
  /// as evicted from then on.
  void resign() noexcept;

  /// A record that the producer is to publish; the engine says how to look for it.
  class AwaitedRecord : public Awaited {
   public:
    AwaitedRecord(ConsumerAttachment& attachment, Sequence target) noexcept
        : inside_(*attachment.inside_), target_(target) {}

    Status checkPeer() override;
    FutexExpectation arm() noexcept override;
    std::optional<Eventcount> eventcount() const noexcept override;
    Lifelines lifelines() const noexcept override;
    TimePoint lookAgainAt() const noexcept override;
    void onSleep() noexcept override;
    void onWake() noexcept override;
    void interrupt() noexcept override;

   protected:
    ~AwaitedRecord() = default;

   private:
    Inside& inside_;
    Sequence target_;
  };

 private:
  explicit ConsumerAttachment(std::unique_ptr<Inside> inside) noexcept;
  std::unique_ptr<Inside> inside_;
};

}  // namespace sluice::detail
