#include "sluice/message_observer.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "sluice/detail/fence.hpp"
#include "sluice/error.hpp"

namespace sluice {

ObservedMessage MessageObserver::wait(const WaitLimit& limit) {
  Copied copied;
  Observation seen = engine_.read([&](const std::byte* slot) { return copy(slot, copied); }, limit);
  seen.lost += std::exchange(untold_, 0);
  if (!seen) return {seen, {}, Kind{}};
  if (copied.hasNoMemory) {
    engine_.goBackOne();
    untold_ = seen.lost;
    detail::fail(Error{ErrorCode::system, "", "memory", "none for a message",
                       std::to_string(copied.size) + " bytes", "allow the process more"});
  }
  return {seen, {own_.get(), copied.size}, copied.kind};
}

/// False when the slot, or the payload, is being overwritten.
bool MessageObserver::copy(const std::byte* slot, Copied& copied) noexcept {
  const detail::MessageHead& head = detail::headOf(slot);
  const detail::ContentWord content{head.content.load(std::memory_order_relaxed)};
  const std::uint64_t position = head.position.load(std::memory_order_relaxed);
  // From here on the two are known to be of one message.
  if (!engine_.isWhole()) return false;
  const std::uint64_t most =
      content.inRegion() ? finder_.region.untilEnd(position) : finder_.slot.recordSize;
  copied = {static_cast<std::size_t>(std::min(content.size(), most)), Kind{content.kind()}, false};
  copied.hasNoMemory = !makeRoom(copied.size);
  if (copied.hasNoMemory) return true;
  if (content.inRegion()) return copyPayload(position, copied.size);
  std::memcpy(own_.get(), slot + detail::messageOffset, copied.size);
  return true;
}

/// In pieces, so that a long payload that is being overwritten is not copied to its end.
bool MessageObserver::copyPayload(std::uint64_t position, std::size_t size) noexcept {
  constexpr std::size_t piece = std::size_t{64} << 10;
  for (std::size_t done = 0; done < size;) {
    const std::size_t more = std::min(piece, size - done);
    std::memcpy(own_.get() + done, finder_.region.at(position) + done, more);
    done += more;
    detail::acquireFence();  // [O1] the copy comes before the look
    const std::uint64_t limit =
        payloadLimit_->load(std::memory_order_relaxed);  // [O4] pairs with [C2]
    if (!reached(position + finder_.region.size(), limit)) return false;
  }
  return true;
}

bool MessageObserver::makeRoom(std::size_t size) noexcept {
  if (size <= room_ && own_ != nullptr) return true;
  const std::size_t room = std::bit_ceil(std::max<std::size_t>(size, 64));
  own_.reset();
  own_.reset(new (std::nothrow) std::byte[room]);
  room_ = own_ == nullptr ? 0 : room;
  return own_ != nullptr;
}

}  // namespace sluice
