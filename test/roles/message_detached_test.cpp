// Roles of messages that were moved from, and a parent's in a forked child: every call is answered.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "detached_answers.hpp"
#include "each_wake_protocol.hpp"
#include "message_answers.hpp"
#include "message_stream.hpp"
#include "sluice/message.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::SegmentName;

/// The ring is so long that its producer has room without asking after a claim.
class MessageRoles : public UnderEachWakeProtocol {
 protected:
  MessageProducer make() const {
    return MessageProducer::create(
               name_.str(),
               {.payloadBytes = 4096, .capacity = 64, .producer = {.wakeProtocol = GetParam()}})
        .value();
  }
  MessageConsumer attach(const ConsumerOptions& options = {.name = "reader"}) const {
    return MessageConsumer::attach(name_.str(), options).value();
  }
  MessageObserver observe() const { return MessageObserver::attach(name_.str()).value(); }

  SegmentName name_;
  Answers answers_;
};

/// Whether these are messages `from` to `to` - 1, whole and no more.
bool areMessages(const MessageBatch& batch, std::uint64_t from, std::uint64_t to) {
  if (batch.size() != to - from) return false;
  for (const Message& message : batch)
    if (!isOf(from++, message.bytes, message.kind)) return false;
  return true;
}

using MovedFromMessages = MessageRoles;

TEST_P(MovedFromMessages, AProducerIsDetachedAndTheOtherGoesOn) {
  auto ring = make();
  auto in = attach();
  claimAndFinish(ring, 0, inSlot, inSlot);
  claimAndFinish(ring, 1, inRegion, inRegion);
  auto other = std::move(ring);
  askProducer(ring, answers_);
  EXPECT_EQ(answers_.wrong(), 0);
  EXPECT_EQ(other.lastPublished(), noSequence);
  EXPECT_EQ(other.lastFinished(), 1u);
  EXPECT_EQ(other.publish(), Status::ok);
  EXPECT_TRUE(areMessages(in.wait(), 0, 2));
  ring = std::move(other);
  claimAndFinish(ring, 2, inRegion, inRegion);
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_TRUE(areMessages(in.wait(), 2, 3));
  EXPECT_EQ(other.publish(), Status::detached);
}

TEST_P(MovedFromMessages, AProducerIsDetachedWithAsMuchClaimedAsCanBe) {
  auto ring = make();
  claimAndFinish(ring, 0, inRegion, inRegion);
  claimAndFinish(ring, 1, inRegion, inRegion);
  auto other = std::move(ring);
  askClaim(ring.tryClaim(inRegion), answers_, "tryClaim");
  askProducer(ring, answers_);
  EXPECT_EQ(answers_.wrong(), 0);
  EXPECT_EQ(other.tryClaim(inRegion).status(), Status::allClaimed);
  EXPECT_EQ(other.publish(), Status::ok);
}

TEST_P(MovedFromMessages, AConsumerIsDetachedAndTheOtherGoesOn) {
  auto ring = make();
  auto in = attach();
  publishMessages(ring, 0, 2, inRegion);
  EXPECT_EQ(in.wait().size(), 2u);
  auto other = std::move(in);
  askConsumer(in, answers_);
  EXPECT_EQ(in.name(), "");
  EXPECT_EQ(answers_.wrong(), 0);
  EXPECT_EQ(other.lastCommitted(), noSequence);
  EXPECT_EQ(other.commit(), Status::ok);
  EXPECT_EQ(other.lastCommitted(), 1u);
  in = std::move(other);
  publishMessages(ring, 2, 3, inRegion);
  EXPECT_TRUE(areMessages(in.wait(), 2, 3));
  EXPECT_EQ(other.tryWait().status(), Status::detached);
}

TEST_P(MovedFromMessages, AnObserverIsDetachedAndTheOtherGoesOn) {
  auto ring = make();
  auto out = observe();
  publishMessages(ring, 0, 2, inRegion);
  EXPECT_EQ(out.wait().sequence, 0u);
  auto other = std::move(out);
  askObserver(out, answers_);
  EXPECT_EQ(answers_.wrong(), 0);
  const ObservedMessage second = other.wait();
  EXPECT_TRUE(isOf(1, second.bytes, second.kind));
  out = std::move(other);
  publishMessages(ring, 2, 3, inRegion);
  const ObservedMessage third = out.wait();
  EXPECT_TRUE(isOf(2, third.bytes, third.kind));
  EXPECT_EQ(other.tryWait().status, Status::detached);
}

using InheritedMessages = MessageRoles;

TEST_P(InheritedMessages, AProducerIsDetachedAndWhatTheChildWritesIsItsOwn) {
  auto ring = make();
  auto in = attach();
  publishMessages(ring, 0, 1, inRegion);
  claimAndFinish(ring, 1, inSlot, inSlot);
  const MessageClaim open = ring.claim(inRegion);
  fill(open.bytes(), 2);
  EXPECT_EQ(inChild([&](Answers& answers) {
              fill(open.bytes(), 99);
              open.finish(inRegion, kindOf(99));
              answers.expectDetached(ring.publish(), "publish of what was claimed");
              askProducer(ring, answers);
            }),
            0);
  EXPECT_EQ(ring.lastPublished(), 0u);
  open.finish(inRegion, kindOf(2));
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_TRUE(areMessages(in.wait(60s), 0, 3));
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 2u);
}

TEST_P(InheritedMessages, AProducerIsDetachedWhicheverCallIsTheFirst) {
  auto ring = make();
  using Call = std::function<void(Answers&)>;
  const std::array<Call, 8> firsts{
      [](Answers&) {},
      [&](Answers& answers) { askClaim(ring.claim(inSlot, 1ms), answers, "claim in the slot"); },
      [&](Answers& answers) { askClaim(ring.claim(inRegion, 1ms), answers, "claim first"); },
      [&](Answers& answers) { askClaim(ring.tryClaim(inRegion), answers, "tryClaim first"); },
      [&](Answers& answers) {
        answers.expectDetached(ring.send(text, Kind{}, 1ms), "send within first");
      },
      [&](Answers& answers) {
        answers.expectDetached(ring.send(longText, Kind{}, 1ms), "send of a long one within first");
      },
      [&](Answers& answers) { answers.expectThrow([&] { ring.send(text); }, "send first"); },
      [&](Answers& answers) {
        answers.expectThrow([&] { ring.send(longText); }, "send of a long one first");
      }};
  const auto askAll = [&](const char* state) {
    for (const Call& first : firsts)
      EXPECT_EQ(inChild([&](Answers& answers) {
                  first(answers);
                  askProducer(ring, answers);
                }),
                0)
          << state;
  };
  askAll("nothing was claimed");
  publishMessages(ring, 0, 1, inRegion);
  askAll("there is room without asking");
  const auto in = attach();
  publishMessages(ring, 1, 65, 0);
  EXPECT_EQ(ring.tryClaim(inSlot).status(), Status::timedOut);
  askAll("the ring is full");
}

TEST_P(InheritedMessages, AProducerIsDetachedWithAFullRegionToo) {
  auto ring = make();
  const auto in = attach();
  while (ring.send(longText, Kind{}, WaitLimit::now()) == Status::ok) {
  }
  EXPECT_LT(ring.lastPublished(), ring.capacity() - 1);
  EXPECT_EQ(inChild([&](Answers& answers) {
              askClaim(ring.tryClaim(inRegion), answers, "tryClaim");
              askProducer(ring, answers);
            }),
            0);
}

TEST_P(InheritedMessages, AProducerIsDetachedWithAsMuchClaimedAsCanBe) {
  auto ring = make();
  claimAndFinish(ring, 0, inRegion, inRegion);
  claimAndFinish(ring, 1, inRegion, inRegion);
  EXPECT_EQ(ring.tryClaim(inRegion).status(), Status::allClaimed);
  EXPECT_EQ(inChild([&](Answers& answers) {
              askClaim(ring.tryClaim(inRegion), answers, "tryClaim");
              askProducer(ring, answers);
            }),
            0);
  EXPECT_EQ(ring.publish(), Status::ok);
}

TEST_P(InheritedMessages, AProducerIsDetachedAfterTheEndToo) {
  auto ring = make();
  ring.close();
  EXPECT_EQ(inChild([&](Answers& answers) { askProducer(ring, answers); }), 0);
}

TEST_P(InheritedMessages, AConsumerIsDetachedWhateverItsOptions) {
  auto ring = make();
  const auto first = attach({.name = "first"});
  const ConsumerOptions plain{.name = "plain"};
  const ConsumerOptions evictable{.name = "evictable", .evictAfter = 60s};
  const ConsumerOptions held{.name = "held", .onDeath = OnDeath::hold};
  const ConsumerOptions last{.name = "last", .after = {"first"}};
  std::uint64_t published = 0;
  for (const ConsumerOptions& options : {plain, evictable, held, last}) {
    auto in = attach(options);
    publishMessages(ring, published, published + 2, inSlot);
    published += 2;
    const bool isLast = !options.after.empty();
    EXPECT_EQ(in.tryWait().size(), isLast ? 0u : 2u);
    expectDetachedInChildren(in);
    in.resign();
  }
}

TEST_P(InheritedMessages, AnObserverIsDetached) {
  auto ring = make();
  auto early = observe();
  publishMessages(ring, 0, 2, inRegion);
  auto late = observe();
  EXPECT_EQ(early.wait().sequence, 0u);
  EXPECT_EQ(inChild([&](Answers& answers) {
              askObserver(early, answers);
              askObserver(late, answers);
            }),
            0);
  const ObservedMessage second = early.wait();
  EXPECT_TRUE(isOf(1, second.bytes, second.kind));
}

INSTANTIATE_TEST_SUITE_P(Protocol, MovedFromMessages, ::testing::ValuesIn(eachWakeProtocol),
                         nameOfProtocol);
INSTANTIATE_TEST_SUITE_P(Protocol, InheritedMessages, ::testing::ValuesIn(eachWakeProtocol),
                         nameOfProtocol);

}  // namespace
}  // namespace sluice
