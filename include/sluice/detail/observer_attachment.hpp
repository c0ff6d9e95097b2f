// An observer's view of a segment: everything read-only, no row.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "sluice/c/linkage.h"
#include "sluice/detail/awaited.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/payload_region.hpp"
#include "sluice/detail/slot.hpp"
#include "sluice/options.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// What of a segment an observer reads for each record.
struct ObserverWords {
  const std::atomic<Sequence>* producerCursor = nullptr;
  const std::atomic<Sequence>* claimed = nullptr;
  std::byte* ring = nullptr;  ///< mapped to be read
  std::uint64_t capacity = 0;
};

/// Everything of an observer that does not depend on the record. Used by one thread at a time;
/// movable, and then empty: an empty one has no record and no name, and nothing else may be asked
/// of it.
class SLUICE_API ObserverAttachment {
  struct Inside;

 public:
  static Result<ObserverAttachment> attach(std::string_view name, const ObserverOptions& options,
                                           const Expectation& expectation);

  ObserverAttachment(ObserverAttachment&&) noexcept;
  ObserverAttachment& operator=(ObserverAttachment&&) noexcept;
  ~ObserverAttachment();

  ObserverWords words() const noexcept;
  AnySlot slot() const noexcept;
  /// Of a segment of messages.
  MessageSlot messageSlot() const noexcept;
  PayloadRegion payload() const noexcept;
  const std::atomic<std::uint64_t>& payloadLimit() const noexcept;
  /// The record type as the segment tells it. Valid as long as this lives.
  const RecordDescription& record() const;

  /// The first record for an observer that starts there.
  Sequence start(StartAt startAt) const noexcept;
  /// The oldest record that the producer will not overwrite before it looks at its gate again.
  Sequence oldestWhole() const noexcept;
  bool isNamed() const;

  /// A copy of a record that the producer is to publish; the engine says how to look for it. An
  /// observer cannot ask for a wake, so it sleeps in short slices.
  class AwaitedCopy : public Awaited {
   public:
    explicit AwaitedCopy(ObserverAttachment& attachment) noexcept : inside_(*attachment.inside_) {}

    Status checkPeer() override;
    FutexExpectation arm() noexcept override;
    TimePoint lookAgainAt() const noexcept override;
    void interrupt() noexcept override;

   protected:
    ~AwaitedCopy() = default;

   private:
    Inside& inside_;
    TimePoint lookAgainAt_ = forever;
  };

 private:
  explicit ObserverAttachment(std::unique_ptr<Inside> inside) noexcept;
  std::unique_ptr<Inside> inside_;
};

}  // namespace sluice::detail
