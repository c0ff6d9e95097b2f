// Payloads: how they share their region, and what a producer waits for that finds no room there.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <thread>

#include "format/producer_page.hpp"
#include "message_stream.hpp"
#include "segment/checked_file.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

std::uint64_t wordOf(const SegmentName& name, std::size_t offset) {
  const auto segment = detail::openChecked(name.path()).value();
  std::uint64_t word = 0;
  const auto at = segment.geometry.section(detail::SectionId::producer).offset + offset;
  EXPECT_TRUE(segment.file.read(at, std::as_writable_bytes(std::span(&word, 1))));
  return word;
}

TEST(Payload, ThatWouldCrossTheRegionsEndBeginsAtItsStart) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  const std::byte* begin = nullptr;
  for (std::uint64_t n = 0; n < 100; ++n) {
    const auto room = ring.claim(1500);
    if (n == 0) begin = room.bytes().data();
    // Two of 1500 bytes fit, and the third skips what is left.
    ASSERT_EQ(room.bytes().data() - begin, n % 2 == 0 ? 0 : 1536) << n;
    fill(room.bytes(), n);
    room.finish(1500, kindOf(n));
    ring.publish();
    const auto batch = in.wait();
    ASSERT_EQ(batch[0].bytes.size(), 1500u);
    ASSERT_TRUE(isOf(n, batch[0].bytes, batch[0].kind));
    in.commit();
  }
}

TEST(Payload, OfEveryOffsetAndSizeArrivesWholeAndSideBySide) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  std::mt19937 random(1);
  std::uint64_t next = 0;
  for (std::uint64_t n = 0; n < 50'000;) {
    const std::size_t claimed = random() % 600;
    for (std::size_t i = random() % 3 + 1; i-- > 0; ++n)
      claimAndFinish(ring, n, claimed, random() % (claimed + 1));
    ring.publish();
    const bool isBehind = random() % 3 == 0;
    if (isBehind && n - next < 4) continue;
    while (next != n) {
      const auto batch = in.wait();
      for (const Message& message : batch) {
        ASSERT_EQ(message.sequence, next);
        ASSERT_TRUE(isOf(next++, message.bytes, message.kind));
      }
      ASSERT_EQ(in.commit(), Status::ok);
    }
  }
}

TEST(Payload, ThatIsNotCommittedIsNotWrittenOver) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str(), {.maxBatch = 1}).value();
  for (std::uint64_t n = 0; n < 4; ++n) {
    claimAndFinish(ring, n, 1024, 1024);
    ring.publish();
  }
  EXPECT_EQ(ring.tryClaim(41).status(), Status::timedOut);
  EXPECT_EQ(ring.claim(41, 5ms).status(), Status::timedOut);
  EXPECT_TRUE(ring.tryClaim(40)) << "a short one needs no payload";
  ring.abandon();
  for (int i = 0; i < 1000; ++i)
    ASSERT_EQ(ring.tryClaim(41).status(), Status::timedOut);
  ASSERT_TRUE(in.wait());
  in.commit();
  EXPECT_TRUE(ring.tryClaim(1024));
  ring.abandon();
  EXPECT_EQ(ring.tryClaim(1025).status(), Status::timedOut) << "two have to be committed for it";
  ASSERT_TRUE(in.wait());
  in.commit();
  EXPECT_TRUE(ring.tryClaim(1025));
  EXPECT_GT(wordOf(name, offsetof(detail::ProducerPage, payloadWaits)), 0u);
  EXPECT_EQ(wordOf(name, offsetof(detail::ProducerPage, fullWaits)), 0u);
}

TEST(Payload, IsWaitedForAsleepUntilAConsumerInAnotherProcessCommits) {
  SegmentName name;
  auto ring = createSmall(name);
  constexpr std::uint64_t messages = 3000;
  ChildProcess reader([&] {
    auto in = MessageConsumer::attach(
                  name.str(), {.name = "reader", .waitStrategy = WaitStrategy::sleepAtOnce()})
                  .value();
    std::uint64_t next = 0;
    while (const auto batch = in.wait()) {
      for (const Message& message : batch)
        if (message.bytes.size() != sizeOf(next, 2000) ||
            !isOf(next++, message.bytes, message.kind))
          return 1;
      in.commit();
    }
    return next == messages && in.status() == Status::closed ? 0 : 2;
  });
  ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
  publishMessages(ring, 0, messages, 2000);
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
  EXPECT_GT(wordOf(name, offsetof(detail::ProducerPage, payloadWaits)), 0u);
}

TEST(Payload, LimitNeverGoesBackThoughClaimsDo) {
  SegmentName name;
  std::uint64_t limit = 0;
  const auto grows = [&] {
    const std::uint64_t now = wordOf(name, offsetof(detail::ProducerPage, payloadLimit));
    const bool isNoLess = now >= limit;
    limit = now;
    return isNoLess;
  };
  {
    auto ring = createSmall(name);
    EXPECT_EQ(wordOf(name, offsetof(detail::ProducerPage, payloadLimit)), 4096u);
    for (int i = 0; i < 20; ++i) {
      claimAndFinish(ring, 0, 2000, 2000);
      EXPECT_TRUE(grows());
      EXPECT_GE(limit, 4096u + 2000u);
      ring.abandon();
      EXPECT_TRUE(grows());
      ring.send(std::string(100, 'x'));
      EXPECT_TRUE(grows());
    }
  }
  auto next = MessageProducer::open(name.str()).value();
  for (int i = 0; i < 20; ++i) {
    next.send(std::string(50, 'x'));
    EXPECT_TRUE(grows());
  }
}

TEST(Payload, OfAProducerWithoutConsumersIsWrittenOver) {
  SegmentName name;
  auto ring = createSmall(name);
  publishMessages(ring, 0, 10'000, 2048);
  EXPECT_EQ(ring.lastPublished(), 9999u);
}

}  // namespace
}  // namespace sluice
