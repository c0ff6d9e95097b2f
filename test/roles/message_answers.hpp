// What the roles of messages answer that are attached to nothing, for the tests of that.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "detached_answers.hpp"
#include "sluice/message.hpp"

namespace sluice {

/// A message of the first size lies in its slot, of the second in the region, where there is room
/// for four, and for two that are not published.
inline constexpr std::size_t inSlot = 16;
inline constexpr std::size_t inRegion = 1000;
inline const std::string text(inSlot, 'x');
inline const std::string longText(inRegion, 'x');

/// A claim, as far as the answer of a role that has none.
inline void askClaim(MessageClaim room, Answers& answers, const char* call) {
  answers.expectDetached(room.status(), call);
  answers.expect(!room && room.bytes().empty(), call);
  room.abandon();
}

/// No claim is open, and no room is left of a claim before.
inline void askProducer(MessageProducer& ring, Answers& answers) {
  answers.expectDetached(ring.publish(), "publish");
  answers.expectDetached(ring.waitForConsumers({"reader"}, std::chrono::milliseconds(1)),
                         "waitForConsumers");
  answers.expectDetached(ring.waitForConsumers({}), "waitForConsumers of none");
  answers.expect(!ring.isNamed(), "isNamed");
  ring.abandon();
  const std::size_t longest = ring.longest();
  for (const std::size_t size : {std::size_t{0}, inSlot, inRegion, longest}) {
    askClaim(ring.tryClaim(size), answers, "tryClaim");
    askClaim(ring.claim(size, WaitLimit::now()), answers, "claim now");
    askClaim(ring.claim(size, std::chrono::milliseconds(1)), answers, "claim within");
    answers.expectThrow([&] { static_cast<void>(ring.claim(size)); }, "claim");
  }
  for (const std::string_view bytes : {text, longText}) {
    answers.expectThrow([&] { ring.send(bytes); }, "send of a text");
    answers.expectThrow([&] { ring.send(std::as_bytes(std::span(bytes))); }, "send");
    answers.expectDetached(ring.send(bytes, Kind{}, std::chrono::milliseconds(1)),
                           "send of a text within");
    answers.expectDetached(ring.send(std::as_bytes(std::span(bytes)), Kind{}, WaitLimit::now()),
                           "send now");
  }
  ring.close();
  answers.expectDetached(ring.publish(), "publish after close");
  askClaim(ring.tryClaim(inSlot), answers, "tryClaim after close");
  static_cast<void>(ring.lastPublished());
  static_cast<void>(ring.lastFinished());
  static_cast<void>(ring.capacity());
  static_cast<void>(ring.payloadBytes());
  static_cast<void>(ring.longestInSlot());
}

inline void askObserver(MessageObserver& out, Answers& answers) {
  for (const WaitLimit& limit :
       {WaitLimit(), WaitLimit(std::chrono::milliseconds(1)), WaitLimit::now()}) {
    const ObservedMessage seen = out.wait(limit);
    answers.expectDetached(seen.status, "wait");
    answers.expect(seen.bytes.empty() && seen.lost == 0, "what was seen");
  }
  answers.expectDetached(out.tryWait().status, "tryWait");
  answers.expect(!out.isNamed(), "isNamed");
  static_cast<void>(out.next());
  static_cast<void>(out.capacity());
}

}  // namespace sluice
