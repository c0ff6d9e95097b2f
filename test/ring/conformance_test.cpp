// The scenario that fixes what the words mean, step by step.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>

#include "sluice/sequence_barrier.hpp"
#include "sluice/single_producer_sequencer.hpp"
#include "support/eventually.hpp"

namespace sluice {
namespace {

using Eight = std::uint8_t;
constexpr std::size_t slots = 16;

TEST(Conformance, EightBitSequencesSixteenSlotsWordForWord) {
  SequencerWords<Eight> words;
  BarrierWords<Eight> consumerWords;
  SequenceBarrier<Eight> consumed(consumerWords);
  SingleProducerSequencer<Eight> sequencer(words, slots, consumed);
  std::array<int, slots> ring{};

  EXPECT_EQ(sequencer.lastPublished(), 255);
  EXPECT_EQ(consumed.lastPublished(), 255);

  // The consumer waits for 0 on the sequencer and sleeps.
  std::atomic<int> read{-1};
  std::jthread consumer([&] {
    const auto result = sequencer.wait(0, {}, WaitStrategy::sleepAtOnce());
    EXPECT_EQ(result.lastPublished, 0);
    read = ring[0];
    consumed.publish(0);
  });
  ASSERT_TRUE(testing::eventually([&] {
    return detail::DoorbellValue{words.doorbell.load(std::memory_order_acquire)}.armed();
  }));

  // claimOne waits for 0 - 16 = 240 on the consumer's barrier, which returns at once with 255.
  const auto gate = consumed.tryWait(static_cast<Eight>(0 - slots));
  EXPECT_EQ(gate.status, Status::ok);
  EXPECT_EQ(gate.lastPublished, 255);
  EXPECT_EQ(sequencer.claimOne(), 0);
  EXPECT_EQ(read, -1);
  ring[0] = 42;
  sequencer.publish(Eight{0});
  consumer.join();
  EXPECT_EQ(read, 42);

  // The next one waits for 1 - 16 = 241, which returns at once with 0.
  const auto next = consumed.tryWait(static_cast<Eight>(1 - slots));
  EXPECT_EQ(next.status, Status::ok);
  EXPECT_EQ(next.lastPublished, 0);
  EXPECT_EQ(sequencer.claimOne(), 1);
}

TEST(Conformance, GoesOnPastEveryWrapOfTheSequence) {
  SequencerWords<Eight> words;
  BarrierWords<Eight> consumerWords;
  SequenceBarrier<Eight> consumed(consumerWords);
  SingleProducerSequencer<Eight> sequencer(words, slots, consumed);
  std::array<unsigned, slots> ring{};

  for (unsigned n = 0; n < 2000; ++n) {
    const auto expected = static_cast<Eight>(n);
    const Eight claimed = sequencer.claimOne();
    ASSERT_EQ(claimed, expected);
    ring[claimed % slots] = n;
    sequencer.publish(claimed);
    if (n % 3 == 2) {  // the consumer lags a little, and catches up
      for (unsigned back = 2; back != unsigned(-1); --back) {
        const auto target = static_cast<Eight>(n - back);
        const auto result = sequencer.wait(target, WaitLimit::now());
        ASSERT_TRUE(result);
        ASSERT_EQ(ring[target % slots], n - back);
        consumed.publish(target);
      }
    }
  }
}

}  // namespace
}  // namespace sluice
