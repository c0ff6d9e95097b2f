#include "sluice/single_producer_sequencer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "support/eventually.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;

template <class S>
struct Stream {
  explicit Stream(std::uint64_t capacity, std::size_t consumers = 1)
      : consumerWords(std::make_unique<BarrierWords<S>[]>(consumers)) {
    for (std::size_t i = 0; i < consumers; ++i)
      consumed.emplace_back(consumerWords[i]);
    sequencer =
        std::make_unique<SingleProducerSequencer<S>>(words, capacity, BarrierGroup<S>(consumed));
  }
  SequencerWords<S> words;
  std::unique_ptr<BarrierWords<S>[]> consumerWords;
  std::vector<SequenceBarrier<S>> consumed;
  std::unique_ptr<SingleProducerSequencer<S>> sequencer;
};

template <class S>
class EveryWidth : public ::testing::Test {};
using Widths = ::testing::Types<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(EveryWidth, Widths);

TYPED_TEST(EveryWidth, RefusesACapacityThatIsZeroNoPowerOfTwoOrTooLarge) {
  const std::uint64_t tooLarge = maxCapacity<TypeParam> * 2;
  for (const std::uint64_t capacity : {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{6},
                                       tooLarge, std::numeric_limits<std::uint64_t>::max()}) {
    try {
      Stream<TypeParam> stream(capacity);
      FAIL() << "accepted " << capacity;
    } catch (const Exception& exception) {
      EXPECT_EQ(exception.error().code, ErrorCode::invalidArgument);
      EXPECT_EQ(exception.error().field, "capacity");
      EXPECT_EQ(exception.error().found, std::to_string(capacity));
    }
  }
  EXPECT_NO_THROW(Stream<TypeParam>(1));
  EXPECT_NO_THROW(Stream<TypeParam>(maxCapacity<TypeParam>));
}

TYPED_TEST(EveryWidth, StartsAtZeroWithNothingPublished) {
  Stream<TypeParam> stream(4);
  EXPECT_EQ(stream.sequencer->lastPublished(), noSequenceOf<TypeParam>);
  EXPECT_EQ(stream.sequencer->claimOne(), 0);
}

TYPED_TEST(EveryWidth, NeverClaimsMoreThanTheCapacityAheadOfTheSlowest) {
  Stream<TypeParam> stream(4, 2);
  for (TypeParam s = 0; s < 4; ++s) {
    stream.sequencer->claimOne();
    stream.sequencer->publish(s);
  }
  EXPECT_EQ(stream.sequencer->claimOne(WaitLimit::now()).status, Status::timedOut);
  stream.consumed[0].publish(3);
  EXPECT_EQ(stream.sequencer->claimOne(WaitLimit::now()).status, Status::timedOut);
  stream.consumed[1].publish(0);
  EXPECT_EQ(stream.sequencer->claimOne(WaitLimit::now()).first, 4);
  EXPECT_EQ(stream.sequencer->claimOne(WaitLimit::now()).status, Status::timedOut);
}

TYPED_TEST(EveryWidth, ClaimsTheOneSlotThatIsFree) {
  Stream<TypeParam> stream(1);
  for (unsigned n = 0; n < 1000; ++n) {
    const auto s = static_cast<TypeParam>(n);
    const auto claimed = stream.sequencer->claimOne(WaitLimit::now());
    ASSERT_TRUE(claimed);
    ASSERT_EQ(claimed.first, s);
    stream.sequencer->publish(claimed);
    ASSERT_EQ(stream.sequencer->claimOne(WaitLimit::now()).status, Status::timedOut);
    stream.consumed[0].publish(s);
  }
}

TYPED_TEST(EveryWidth, ClaimUpToReturnsAtLeastOneAndAtMostWhatWasAskedFor) {
  Stream<TypeParam> stream(8);
  auto range = stream.sequencer->claimUpTo(5);
  EXPECT_EQ(range.first, 0);
  EXPECT_EQ(range.count, 5u);
  stream.sequencer->publish(range);
  range = stream.sequencer->claimUpTo(5);
  EXPECT_EQ(range.first, 5);
  EXPECT_EQ(range.count, 3u);
  EXPECT_EQ(range.last(), 7);
  stream.sequencer->publish(range);
  EXPECT_FALSE(stream.sequencer->claimUpTo(5, WaitLimit::now()));
  stream.consumed[0].publish(0);
  range = stream.sequencer->claimUpTo(std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(range.first, 8);
  EXPECT_EQ(range.count, 1u);
  EXPECT_EQ(stream.sequencer->claimUpTo(0).count, 0u);
}

TYPED_TEST(EveryWidth, ClaimingMoreThanTheRingWithoutPublishingIsRefusedAndDoesNotHang) {
  Stream<TypeParam> stream(2);
  stream.sequencer->claimOne();
  stream.sequencer->claimOne();
  EXPECT_THROW(stream.sequencer->claimOne(), Exception);
  EXPECT_THROW(static_cast<void>(stream.sequencer->claimUpTo(1, 1h)), Exception);
  stream.sequencer->publish(TypeParam{1});
  stream.consumed[0].publish(0);
  EXPECT_EQ(stream.sequencer->claimOne(), 2);
}

TYPED_TEST(EveryWidth, AfterTheEndEveryClaimSaysClosed) {
  Stream<TypeParam> stream(4);
  stream.sequencer->claimOne();
  stream.sequencer->close();
  EXPECT_THROW(stream.sequencer->claimOne(), Exception);
  EXPECT_EQ(stream.sequencer->claimUpTo(2, {}).status, Status::closed);
  EXPECT_EQ(stream.sequencer->lastClaimed(), noSequenceOf<TypeParam>);
}

TYPED_TEST(EveryWidth, EveryRecordOfALongStreamArrivesOnceAndInOrderPastEveryWrap) {
  constexpr unsigned records = 20'000;
  constexpr std::size_t capacity = 16;
  Stream<TypeParam> stream(capacity, 2);
  std::vector<unsigned> ring(capacity);
  auto consume = [&](std::size_t which) {
    for (unsigned n = 0; n < records;) {
      const auto result = stream.sequencer->wait(static_cast<TypeParam>(n));
      ASSERT_TRUE(result);
      while (n < records && reached(result.lastPublished, static_cast<TypeParam>(n))) {
        ASSERT_EQ(ring[n % capacity], n);
        ++n;
      }
      stream.consumed[which].publish(static_cast<TypeParam>(n - 1));
    }
  };
  std::jthread one([&] { consume(0); });
  std::jthread two([&] { consume(1); });
  for (unsigned n = 0; n < records;) {
    const auto range = stream.sequencer->claimUpTo(n % 7 + 1);
    for (std::size_t i = 0; i < range.count; ++i, ++n) {
      ASSERT_EQ(static_cast<TypeParam>(range.first + i), static_cast<TypeParam>(n));
      ring[n % capacity] = n;
    }
    stream.sequencer->publish(n < records ? range.last() : static_cast<TypeParam>(n - 1));
  }
}

TEST(SingleProducerSequencer, AFullRingIsWaitedForUntilTheDeadlineTheStopOrTheCommit) {
  Stream<std::uint64_t> stream(2);
  stream.sequencer->publish(stream.sequencer->claimUpTo(2));
  EXPECT_EQ(stream.sequencer->claimOne(1ms).status, Status::timedOut);
  EXPECT_EQ(stream.sequencer->claimOne(std::chrono::steady_clock::now() + 1ms).status,
            Status::timedOut);
  std::stop_source stop;
  std::jthread stopper([&] {
    testing::eventually(
        [&] { return detail::DoorbellValue{stream.consumerWords[0].doorbell.load()}.armed(); });
    stop.request_stop();
  });
  EXPECT_EQ(stream.sequencer->claimOne(stop.get_token()).status, Status::stopped);
  std::jthread committer([&] { stream.consumed[0].publish(0); });
  EXPECT_EQ(stream.sequencer->claimOne(), 2u);
}

TEST(SingleProducerSequencer, WithoutConsumersItRunsOn) {
  Stream<std::uint8_t> stream(4, 0);
  for (unsigned n = 0; n < 1000; ++n) {
    const auto claimed = stream.sequencer->claimOne();
    ASSERT_EQ(claimed, static_cast<std::uint8_t>(n));
    stream.sequencer->publish(claimed);
  }
}

TEST(SingleProducerSequencer, LeavesMostOfTheRingForALateJoiner) {
  Stream<std::uint64_t> stream(64, 0);
  for (int n = 0; n < 1000; ++n)
    stream.sequencer->publish(stream.sequencer->claimOne());
  const auto limit = stream.words.limit.load(std::memory_order_relaxed);
  EXPECT_GE(limit, stream.sequencer->lastClaimed());
  EXPECT_LE(limit, stream.sequencer->lastClaimed() + 8);
}

TEST(SingleProducerSequencer, ASuccessorNeverLowersTheClaimOrTheLimit) {
  Stream<std::uint64_t> stream(64, 0);
  for (int n = 0; n < 10; ++n)
    stream.sequencer->publish(stream.sequencer->claimOne());
  stream.sequencer->claimUpTo(20);
  const auto limit = stream.words.limit.load(std::memory_order_relaxed);
  ASSERT_EQ(stream.words.claimed.load(std::memory_order_relaxed), 29u);

  const BarrierGroup<std::uint64_t> nobody(std::vector<SequenceBarrier<std::uint64_t>>{});
  SingleProducerSequencer<std::uint64_t> successor(stream.words, 64, nobody, WakeProtocol::fence,
                                                   WaitStrategy{}, 9);
  for (std::uint64_t s = 10; s < 50; ++s) {
    ASSERT_EQ(successor.claimOne(), s);
    successor.publish(s);
    ASSERT_EQ(stream.words.claimed.load(std::memory_order_relaxed), std::max<std::uint64_t>(29, s));
    ASSERT_GE(stream.words.limit.load(std::memory_order_relaxed), limit);
  }
}

}  // namespace
}  // namespace sluice
