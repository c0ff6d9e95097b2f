// Readers of messages that join late, fall behind, die or are lapped.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "message_stream.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

/// How many messages of a batch are not what their sequence says.
std::size_t wrongOnesIn(const MessageBatch& batch, std::size_t most) {
  std::size_t wrong = 0;
  for (const Message& message : batch)
    if (message.bytes.size() != sizeOf(message.sequence, most) ||
        !isOf(message.sequence, message.bytes, message.kind))
      ++wrong;
  return wrong;
}

TEST(MessageConsumer, ThatJoinsAtTheOldestIsGivenWhatIsStillWhole) {
  for (const std::size_t most : {40U, 100U, 700U, 2048U}) {
    SegmentName name;
    auto ring = createSmall(name);
    std::uint64_t published = 0;
    for (int i = 0; i < 200; ++i) {
      publishMessages(ring, published, published + 7, most);
      published += 7;
      auto in = MessageConsumer::attach(name.str(), {.startAt = StartAt::oldest}).value();
      const Sequence first = in.next();
      EXPECT_LE(first, published) << "one that is whole, or the next";
      // The producer may not write over it now, and goes on as far as there is room.
      while (const auto room = ring.tryClaim(sizeOf(published, most))) {
        fill(room.bytes(), published);
        room.finish(room.bytes().size(), kindOf(published++));
        ring.publish();
      }
      ring.abandon();
      for (Sequence next = first; next != published;) {
        const auto batch = in.wait();
        ASSERT_EQ(batch.first(), next);
        ASSERT_EQ(wrongOnesIn(batch, most), 0u);
        next += batch.size();
      }
    }
  }
}

TEST(MessageConsumer, ThatJoinsAtTheLatestIsGivenWhatComesThen) {
  SegmentName name;
  auto ring = createSmall(name);
  publishMessages(ring, 0, 100, 500);
  auto in = MessageConsumer::attach(name.str()).value();
  EXPECT_EQ(in.next(), 100u);
  publishMessages(ring, 100, 101, 500);
  EXPECT_EQ(wrongOnesIn(in.wait(), 500), 0u);
  in.rewind();
  EXPECT_EQ(in.wait().first(), 100u);
}

TEST(MessageConsumer, ThatIsHeldFindsEveryMessageAfterItsDeath) {
  constexpr std::size_t most = 900;
  SegmentName name;
  auto ring = createSmall(name);
  SharedNumber step;
  ChildProcess first([&] {
    auto in =
        MessageConsumer::attach(name.str(), {.name = "disk", .onDeath = OnDeath::hold}).value();
    step.set(1);
    for (Sequence next = 0; next < 3; ++next) {
      if (wrongOnesIn(in.wait(), most) != 0) return 1;
      in.commit(1);
      in.rewind();
    }
    (void)in.wait();
    ::raise(SIGKILL);
    return 2;
  });
  ASSERT_TRUE(step.reaches(1));
  publishMessages(ring, 0, 4, most);
  ASSERT_EQ(first.wait(), -1000 - SIGKILL);
  std::uint64_t published = 4;
  while (ring.tryClaim(sizeOf(published, most))) {
    ring.abandon();
    publishMessages(ring, published, published + 1, most);
    ++published;
  }
  auto in = MessageConsumer::attach(name.str(), {.name = "disk", .onDeath = OnDeath::hold}).value();
  EXPECT_EQ(in.next(), 3u);
  EXPECT_EQ(in.lost().count, 0u);
  for (Sequence next = 3; next != published;) {
    const auto batch = in.wait();
    ASSERT_EQ(batch.first(), next);
    ASSERT_EQ(wrongOnesIn(batch, most), 0u);
    next += batch.size();
  }
  in.resign();
}

TEST(MessageConsumer, ThatIsEvictedForItsPayloadIsToldExactlyWhatItLost) {
  SegmentName name;
  auto ring = createSmall(name);
  auto slow = MessageConsumer::attach(name.str(), {.name = "slow", .evictAfter = 1ms}).value();
  for (std::uint64_t n = 0; n < 4; ++n) {
    claimAndFinish(ring, n, 1024, 1024);
    ring.publish();
  }
  auto batch = slow.wait();
  ASSERT_EQ(batch.size(), 4u);
  ASSERT_EQ(slow.commit(1), Status::ok);
  claimAndFinish(ring, 4, 1024, 1024);
  ring.publish();
  claimAndFinish(ring, 5, 1024, 1024);  // which it stands in the way of
  ring.publish();
  EXPECT_EQ(slow.commit(), Status::evicted);
  EXPECT_EQ(slow.wait().status(), Status::evicted);
  // Its batch is being written over, and reading it stays inside.
  for (const Message& message : batch)
    EXPECT_EQ(message.bytes.size(), 1024u);
  std::optional<MessageConsumer> gone(std::move(slow));
  gone.reset();
  const auto again = MessageConsumer::attach(name.str(), {.name = "slow"}).value();
  EXPECT_EQ(again.lost().first, 1u);
  EXPECT_EQ(again.lost().count, 5u);
  EXPECT_EQ(again.next(), 6u);
}

TEST(MessageConsumer, ThatRunsAfterAnotherIsGivenWhatThatHasCommitted) {
  SegmentName name;
  auto ring = createSmall(name);
  auto first = MessageConsumer::attach(name.str(), {.name = "first"}).value();
  auto second = MessageConsumer::attach(name.str(), {.after = {"first"}}).value();
  publishMessages(ring, 0, 3, 300);
  EXPECT_FALSE(second.tryWait());
  ASSERT_EQ(first.wait().size(), 3u);
  first.commit(2);
  const auto batch = second.wait();
  EXPECT_EQ(batch.size(), 2u);
  EXPECT_EQ(wrongOnesIn(batch, 300), 0u);
}

TEST(MessageConsumer, SeesEveryMessageOnceWhileOthersJoinAndLeaveUnderLoad) {
  constexpr std::uint64_t messages = 20'000;
  constexpr std::size_t most = 900;
  SegmentName name;
  auto ring = createSmall(name, WaitStrategy{});
  ChildProcess reader([&] {
    auto in = MessageConsumer::attach(name.str(), {.name = "reader"}).value();
    Sequence next = 0;
    while (const auto batch = in.wait()) {
      if (batch.first() != next || wrongOnesIn(batch, most) != 0) return 1;
      next += batch.size();
      in.commit();
    }
    return next == messages ? 0 : 2;
  });
  ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
  ChildProcess joiner([&] {
    for (int i = 0;; ++i) {
      const StartAt startAt = i % 2 == 0 ? StartAt::oldest : StartAt::latest;
      auto in = MessageConsumer::attach(name.str(), {.startAt = startAt});
      if (!in) return 1;
      for (int batches = 0; batches < 5; ++batches) {
        const auto batch = in->wait();
        if (!batch && in->status() == Status::closed) return 0;
        if (wrongOnesIn(batch, most) != 0) return 2;
        in->commit();
      }
    }
  });
  publishMessages(ring, 0, messages, most);
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
  EXPECT_EQ(joiner.wait(), 0);
}

TEST(MessageObserver, NeverReturnsATornMessageWhileItIsLappedByAnotherProcess) {
  for (const std::size_t most : {40U, 200U, 2048U}) {
    SegmentName name;
    SharedNumber step;
    ChildProcess producer([&] {
      auto ring = createSmall(name);
      step.set(1);
      for (std::uint64_t n = 0; step.get() < 2; ++n)
        publishMessages(ring, n, n + 1, most);
      ring.close();
      return 0;
    });
    ASSERT_TRUE(step.reaches(1));
    auto observer = MessageObserver::attach(name.str(), {.startAt = StartAt::oldest}).value();
    std::uint64_t expected = observer.next();
    std::uint64_t lost = 0;
    for (int i = 0; i < 10'000; ++i) {
      const auto seen = observer.wait(60s);
      ASSERT_TRUE(seen);
      ASSERT_EQ(seen.sequence, expected + seen.lost);
      ASSERT_EQ(seen.bytes.size(), sizeOf(seen.sequence, most));
      ASSERT_TRUE(isOf(seen.sequence, seen.bytes, seen.kind));
      expected = seen.sequence + 1;
      lost += seen.lost;
    }
    EXPECT_GT(lost, 0u);
    step.set(2);
    EXPECT_EQ(producer.wait(), 0);
  }
}

TEST(MessageObserver, GoesOnAtTheOldestWholeMessage) {
  SegmentName name;
  auto ring = MessageProducer::create(name.str(), {.payloadBytes = 4096, .capacity = 1024}).value();
  auto observer = MessageObserver::attach(name.str()).value();
  for (std::uint64_t n = 0; n < 500; ++n) {
    claimAndFinish(ring, n, 100, 100);
    ring.publish();
  }
  // The region holds 32 of these, and an eighth of it may be claimed ahead.
  const auto seen = observer.tryWait();
  ASSERT_TRUE(seen);
  EXPECT_GE(seen.sequence, 500u - 32u);
  EXPECT_LE(seen.sequence, 500u - 28u);
  EXPECT_EQ(seen.lost, seen.sequence);
  EXPECT_TRUE(isOf(seen.sequence, seen.bytes, seen.kind));
  for (Sequence next = seen.sequence + 1; next < 500; ++next)
    ASSERT_EQ(observer.tryWait().sequence, next);
  EXPECT_EQ(observer.tryWait().status, Status::timedOut);
}

}  // namespace
}  // namespace sluice
