// A producer's hold on its segment: everything of it that does not depend on the record.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sluice/c/linkage.h"
#include "sluice/detail/awaited.hpp"
#include "sluice/detail/doorbell.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/own_wait_set.hpp"
#include "sluice/detail/payload_region.hpp"
#include "sluice/detail/slot.hpp"
#include "sluice/options.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// What of a segment a producer touches for each record.
struct ProducerWords {
  std::atomic<Sequence>* cursor;
  Doorbell* doorbell;  ///< a word that is never rung where nobody may ask for a wake
  std::atomic<std::uint64_t>* wakes;
  std::byte* ring;
  std::uint64_t capacity;
  bool needsFence;  ///< a publish passes a full fence before it looks at the doorbell
};

/// The consumer that a full ring waits for, as a poll remembers it: enough to see, with a few
/// loads, that there is still no room.
struct Gating {
  const std::atomic<Sequence>* cursor = nullptr;
  const std::atomic<std::uint32_t>* membership = nullptr;
  const std::atomic<std::uint32_t>* lifeline = nullptr;
  Sequence at = noSequence;
  std::uint32_t members = 0;
  std::uint32_t alive = 0;

  /// Of a consumer that was looked at.
  bool isAsBefore() const noexcept {
    return cursor->load(std::memory_order_relaxed) == at &&
           membership->load(std::memory_order_relaxed) == members &&
           lifeline->load(std::memory_order_relaxed) == alive;
  }
};

/// Sequences after the last claimed.
struct Claim {
  std::size_t count = 0;
  Status status = Status::ok;  ///< why there is none
};

/// A payload that a producer of messages wants to write, and where its stream stands.
struct PayloadAsk {
  std::uint64_t position;      ///< where the payloads claimed before end
  std::uint64_t end;           ///< of this payload
  std::uint64_t publishedEnd;  ///< of the payload of the last message published
  Sequence claimed;
  Sequence published;
};

/// How far payload may be written; no less than was asked for, with Status::ok.
struct PayloadClaim {
  std::uint64_t end = 0;
  Status status = Status::ok;
};

/// Holds the producer's lease: takes it, leaves, closes the stream, and finds room among the
/// consumers. What is claimed and published is counted by the engine, which hands it in. Used by
/// one thread at a time; movable, and then empty: every call of an empty one, and in a forked
/// child, answers `detached` or nothing.
class SLUICE_API ProducerAttachment {
  struct Inside;

 public:
  /// As Producer has them.
  static Result<ProducerAttachment> create(std::string_view name, const ProducerOptions& options,
                                           const RecordDescription& record, SlotLayout slotLayout,
                                           std::uint64_t payloadSize = 0);
  static Result<ProducerAttachment> open(std::string_view name, const OpenOptions& options,
                                         const Expectation& expectation);
  static Result<ProducerAttachment> createOrOpen(std::string_view name,
                                                 const ProducerOptions& options,
                                                 const RecordDescription& record,
                                                 SlotLayout slotLayout,
                                                 std::uint64_t payloadSize = 0);

  ProducerAttachment(ProducerAttachment&&) noexcept;
  ProducerAttachment& operator=(ProducerAttachment&&) noexcept;
  /// Leaves, unless the stream is closed or this is a forked child.
  ~ProducerAttachment();

  /// Moved from, or in a forked child.
  bool isDetached() const noexcept;

  /// Not of an empty one.
  ProducerWords words() const noexcept;
  AnySlot slot() const noexcept;
  /// Of a segment of messages; and where the payload of the last published message ended when this
  /// producer took it over.
  MessageSlot messageSlot() const noexcept;
  PayloadRegion payload() const noexcept;
  std::uint64_t payloadEnd() const noexcept;
  /// The record type as the segment tells it. Valid as long as this lives.
  const RecordDescription& record() const;

  /// The last sequence of the stream when this producer took it over.
  Sequence published() const noexcept;

  /// Claims at least one sequence after `claimed` and at most `n`, without crossing the end of the
  /// ring; waits within the limit for the first, and without a limit not at all.
  Claim claim(std::size_t n, Sequence claimed, Sequence published, const WaitLimit* limit);

  /// Of messages: claims payload, and waits within the limit for it.
  PayloadClaim claimPayload(const PayloadAsk& ask, const WaitLimit& limit);

  /// Looks at the consumer that the last claim found the slowest; false when there is none.
  bool lookAtGating(Gating& gating) const noexcept;

  /// Ends the stream for good and wakes everybody.
  void close(Sequence published) noexcept;

  Status waitForConsumers(const std::vector<std::string_view>& names, const WaitLimit& limit);
  bool isNamed() const;

  /// For an event loop; null of an empty one.
  OwnWaitSet* ownWaitSet() noexcept;

  /// The room that the last claim did not find; the engine says how to claim again. It waits for
  /// one consumer at a time.
  class AwaitedRoom : public Awaited {
   public:
    explicit AwaitedRoom(ProducerAttachment& attachment) noexcept : inside_(*attachment.inside_) {}

    Status checkPeer() override;
    FutexExpectation arm() noexcept override;
    std::optional<Eventcount> eventcount() const noexcept override;
    Lifelines lifelines() const noexcept override;
    TimePoint lookAgainAt() const noexcept override;
    void onSleep() noexcept override;
    void interrupt() noexcept override;

   protected:
    ~AwaitedRoom() = default;

    /// What the last claim waited for has changed.
    bool hasChanged() noexcept;
    /// There can be no room any more.
    void endAs(Status status) noexcept { ended_ = status; }

   private:
    Awaited& commit() const noexcept;

    Inside& inside_;
    Status ended_ = Status::ok;
  };

 private:
  explicit ProducerAttachment(std::unique_ptr<Inside> inside) noexcept;
  std::unique_ptr<Inside> inside_;
};

}  // namespace sluice::detail
