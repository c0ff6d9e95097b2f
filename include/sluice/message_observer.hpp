// The role that reads messages by copying, and that nobody waits for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "sluice/c/linkage.h"
#include "sluice/detail/observer_engine.hpp"
#include "sluice/detail/observer_member.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/message_batch.hpp"
#include "sluice/message_kind.hpp"
#include "sluice/observation.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// What an observer saw, with the message, which lies in the observer until its next call.
struct ObservedMessage : Observation {
  std::span<const std::byte> bytes;  ///< empty when there is no message
  Kind kind;
};

/// Reads a stream of messages by copying, as Observer reads records: it gates nobody, may be
/// lapped, and never returns a torn message. Used by one thread at a time; movable.
class SLUICE_API MessageObserver {
 public:
  /// Errors: as MessageConsumer::attach, less inUse and full.
  static Result<MessageObserver> attach(std::string_view name,
                                        const ObserverOptions& options = {}) {
    auto attachment =
        detail::ObserverAttachment::attach(name, options, {.slotLayout = SlotLayout::messages});
    if (!attachment) return attachment.error();
    return MessageObserver(*std::move(attachment), options);
  }

  /// The next message, once there is one. Throws Exception where there is no memory for it; the
  /// next call tries it again.
  [[nodiscard]] ObservedMessage wait(const WaitLimit& limit = {});
  [[nodiscard]] ObservedMessage tryWait() { return wait(WaitLimit::now()); }

  bool isNamed() const { return engine_.attachment().isNamed(); }
  std::uint64_t capacity() const noexcept { return engine_.ring().capacity(); }
  Sequence next() const noexcept { return engine_.next(); }

 private:
  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember() {
    return std::make_unique<detail::ObserverMember<detail::MessageSlot>>(engine_);
  }

  /// A message as far as it was copied.
  struct Copied {
    std::size_t size = 0;
    Kind kind{};
    bool hasNoMemory = false;
  };

  MessageObserver(detail::ObserverAttachment attachment, const ObserverOptions& options)
      : finder_{attachment.messageSlot(), attachment.payload()},
        payloadLimit_(&attachment.payloadLimit()),
        engine_(std::move(attachment), finder_.slot, options.startAt, options.waitStrategy) {}

  bool copy(const std::byte* slot, Copied& copied) noexcept;
  bool copyPayload(std::uint64_t position, std::size_t size) noexcept;
  bool makeRoom(std::size_t size) noexcept;

  detail::MessageFinder finder_;
  const std::atomic<std::uint64_t>* payloadLimit_;
  detail::ObserverEngine<detail::MessageSlot> engine_;
  std::unique_ptr<std::byte[]> own_;  // NOLINT(modernize-avoid-c-arrays): of any size
  std::size_t room_ = 0;
  std::uint64_t untold_ = 0;  // lost before a message for which there was no memory
};

}  // namespace sluice
