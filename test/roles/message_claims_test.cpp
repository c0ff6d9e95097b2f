// What a producer of messages claims, finishes, publishes and gives back.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "message_stream.hpp"
#include "sluice/sluice.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::SegmentName;

static_assert(std::ranges::random_access_range<MessageBatch>);

std::vector<std::string> textsIn(const MessageBatch& batch) {
  std::vector<std::string> texts;
  for (const Message& message : batch)
    texts.push_back(textOf(message));
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Messages, AreSentWithTheirKindAndRead) {
  SegmentName name;
  auto ring = MessageProducer::create(name.str(), {.payloadBytes = 1 << 16}).value();
  auto in = MessageConsumer::attach(name.str()).value();
  const std::string longOne(3000, 'x');
  ring.send("short", Kind{7});
  ring.send("", Kind{8});
  ring.send(longOne, Kind{9});
  const auto batch = in.wait();
  EXPECT_EQ(textsIn(batch), (Texts{"short", "", longOne}));
  EXPECT_EQ(batch[0].kind, Kind{7});
  EXPECT_EQ(batch[1].kind, Kind{8});
  EXPECT_EQ(batch.back().kind, Kind{9});
  EXPECT_EQ(batch.back().sequence, 2u);
  EXPECT_EQ(in.commit(), Status::ok);
}

TEST(Messages, AreWrittenInPlaceAndMayEndShorterThanTheyWereClaimed) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  const auto room = ring.claim(2000);
  ASSERT_EQ(room.bytes().size(), 2000u);
  fill(room.bytes().first(70), 0);
  room.finish(70, kindOf(0));
  ring.publish();
  // What was not needed has gone back: this one lies right behind it.
  auto next = ring.claim(100);
  EXPECT_EQ(next.bytes().data(), room.bytes().data() + 128);
  next.abandon();
  const auto batch = in.wait();
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch[0].bytes.size(), 70u);
  EXPECT_TRUE(isOf(0, batch[0].bytes, batch[0].kind));
}

TEST(Messages, OfAtMostTheInlineSizeTakeNoPayload) {
  SegmentName name;
  auto ring =
      MessageProducer::create(name.str(), {.payloadBytes = 4096, .capacity = 16, .slotSize = 256})
          .value();
  EXPECT_EQ(ring.longestInSlot(), 232u);
  EXPECT_EQ(ring.longest(), 2048u);
  auto in = MessageConsumer::attach(name.str()).value();
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    claimAndFinish(ring, n, 232, n % 233);
    ring.publish();
    const auto batch = in.wait();
    ASSERT_EQ(batch[0].bytes.size(), n % 233);
    ASSERT_TRUE(isOf(n, batch[0].bytes, batch[0].kind));
    in.commit();
  }
  EXPECT_NE(ring.claim(233).bytes().data(), nullptr);
}

TEST(Messages, SeveralFinishedClaimsArePublishedAtOnce) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  for (std::uint64_t n = 0; n < 7; ++n)
    claimAndFinish(ring, n, 300, 10 * n);
  EXPECT_EQ(ring.lastFinished(), 6u);
  EXPECT_FALSE(in.tryWait());
  const auto open = ring.claim(300);
  ASSERT_TRUE(open);
  ring.publish();
  const auto batch = in.wait();
  ASSERT_EQ(batch.size(), 7u) << "and not the claim that is still open";
  for (const Message& message : batch) {
    EXPECT_EQ(message.bytes.size(), 10 * message.sequence);
    EXPECT_TRUE(isOf(message.sequence, message.bytes, message.kind));
  }
  fill(open.bytes(), 7);
  open.finish(300, kindOf(7));
  ring.publish();
  const auto last = in.wait();
  ASSERT_EQ(last.size(), 1u);
  EXPECT_TRUE(isOf(7, last[0].bytes, last[0].kind));
}

TEST(Messages, ThatAreGivenBackAreNeverSeen) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  ring.send("first");
  for (int i = 0; i < 100; ++i) {
    claimAndFinish(ring, 1000, 900, 900);
    const auto open = ring.claim(900);
    ring.abandon();
    EXPECT_THROW(open.finish(1), Exception);
    EXPECT_EQ(ring.lastFinished(), 0u);
    for (const std::size_t size : {900U, 9U}) {
      auto room = ring.claim(size);
      room.abandon();
      EXPECT_FALSE(room);
      EXPECT_THROW(room.finish(1), Exception);
      const auto last = ring.claim(size);
      ring.abandon();
      EXPECT_THROW(last.finish(1), Exception);
      EXPECT_EQ(ring.lastFinished(), 0u);
    }
  }
  ring.send("second");
  EXPECT_EQ(textsIn(in.wait()), (Texts{"first", "second"}));
}

TEST(Messages, AreClaimedOneAtATime) {
  for (const std::size_t size : {10U, 100U}) {
    SegmentName name;
    auto ring = createSmall(name);
    auto in = MessageConsumer::attach(name.str()).value();
    const auto open = ring.claim(size);
    const auto other = ring.claim(size);
    EXPECT_EQ(open.bytes().data(), other.bytes().data());
    EXPECT_THROW(open.finish(size + 1), Exception);
    open.finish(size);
    EXPECT_THROW(open.finish(size), Exception);
    EXPECT_THROW(other.finish(size), Exception);
    EXPECT_EQ(ring.publish(), Status::ok);
    EXPECT_EQ(in.wait().size(), 1u);
    EXPECT_THROW(other.finish(size), Exception) << "also when nothing is claimed";
  }
}

TEST(Messages, ThatCouldNotBeClaimedCannotBeFinished) {
  SegmentName name;
  auto ring = createSmall(name);
  const auto none = ring.tryClaim(2049);
  EXPECT_FALSE(none);
  EXPECT_THROW(none.finish(0), Exception);
}

/// A message of 300 bytes, published by that function, which gives back whatever else it claims, is
/// read whole though the next claim has been written.
template <class PublishAndGiveBack>
void expectToStay(PublishAndGiveBack publishAndGiveBack) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  for (std::uint64_t n = 0; n < 100; ++n) {
    claimAndFinish(ring, n, 300, 300);
    publishAndGiveBack(ring, n);
    const auto next = ring.claim(300);
    fill(next.bytes(), n + 3);
    const auto batch = in.wait();
    ASSERT_EQ(batch.size(), 1u);
    ASSERT_TRUE(isOf(n, batch[0].bytes, batch[0].kind)) << n;
    in.commit();
  }
}

TEST(Messages, PublishedWhileAClaimIsOpenStayWhereTheyAreWhenThatIsGivenBack) {
  expectToStay([](MessageProducer& ring, std::uint64_t) {
    const auto open = ring.claim(300);
    ASSERT_EQ(ring.publish(), Status::ok);
    open.finish(300);
    ring.abandon();
  });
}

TEST(Messages, PublishedBeforeOthersWereGivenBackStayWhereTheyAre) {
  expectToStay([](MessageProducer& ring, std::uint64_t n) {
    ASSERT_EQ(ring.publish(), Status::ok);
    claimAndFinish(ring, n + 1, 30, 30);
    if (n % 2 == 0) claimAndFinish(ring, n + 2, 200, 200);
    ring.abandon();
  });
}

TEST(Messages, AreRefusedAfterTheClose) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  ring.send("last");
  const auto open = ring.claim(500);
  ring.close();
  EXPECT_THROW(open.finish(1), Exception);
  EXPECT_EQ(ring.tryClaim(10).status(), Status::closed);
  EXPECT_EQ(ring.tryClaim(1000).status(), Status::closed);
  EXPECT_EQ(ring.claim(1000, 60s).status(), Status::closed);
  EXPECT_THROW((void)ring.claim(1000), Exception);
  EXPECT_EQ(ring.publish(), Status::closed);
  EXPECT_EQ(ring.send("more", Kind{}, 60s), Status::closed);
  EXPECT_EQ(textsIn(in.wait()), Texts{"last"});
  EXPECT_FALSE(in.wait());
  EXPECT_EQ(in.status(), Status::closed);
}

}  // namespace
}  // namespace sluice
