#include "sluice/detail/ring.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>

#include "sluice/single_producer_sequencer.hpp"

namespace sluice {
namespace {

struct Pair {
  std::uint64_t number;
  std::uint64_t complement;
};

template <class L>
struct LocalRing {
  explicit LocalRing(std::uint64_t capacity)
      : slots(std::make_unique<Slot[]>(capacity)),
        ring(reinterpret_cast<std::byte*>(slots.get()), capacity, {}) {}
  Pair& record(Sequence s) { return *reinterpret_cast<Pair*>(ring.record(ring.slot(s))); }

  struct alignas(8) Slot {
    std::byte bytes[detail::FixedSlot<Pair, L>::stride];
  };
  std::unique_ptr<Slot[]> slots;
  detail::Ring<detail::FixedSlot<Pair, L>> ring;
};

TEST(Ring, AFreshOneHoldsNoRecordOfAnyLap) {
  LocalRing<stamped> local(8);
  for (Sequence s = 0; s < 100; ++s)
    EXPECT_EQ(local.ring.arrived(s, 8), 0u) << s;
}

TEST(Ring, ARecordHasArrivedOnceItsOwnLapIsStamped) {
  LocalRing<stamped> local(4);
  local.ring.stamp(noSequence, 2);
  EXPECT_EQ(local.ring.arrived(0, 4), 3u);
  EXPECT_EQ(local.ring.arrived(0, 2), 2u);
  for (std::uint64_t guess = 0; guess < 6; ++guess) {
    EXPECT_EQ(local.ring.arrived(0, 4, guess), 3u) << guess;
    EXPECT_EQ(local.ring.arrived(2, 4, guess), 1u) << guess;
    EXPECT_EQ(local.ring.arrived(3, 4, guess), 0u) << guess;
  }
  EXPECT_EQ(local.ring.arrived(1, 4), 2u);
  EXPECT_EQ(local.ring.arrived(4, 4), 0u);
  local.ring.stamp(2, 4);
  EXPECT_EQ(local.ring.arrived(4, 4), 1u);
}

TEST(Ring, NoSequenceLeadsOutsideIt) {
  LocalRing<stamped> local(4);
  for (const Sequence s : {noSequence, Sequence{1} << 63, Sequence{3}})
    EXPECT_EQ(local.ring.slot(s), local.slots[s % 4].bytes);
  EXPECT_EQ(local.ring.untilWrap(5), 3u);
  EXPECT_EQ(local.ring.untilWrap(8), 4u);
}

TEST(Ring, AConsumerThatFollowsStampsSeesWholeRecordsInOrder) {
  constexpr Sequence records = 30'000;
  LocalRing<stamped> local(64);
  SequencerWords<Sequence> words;
  BarrierWords<Sequence> consumerWords;
  SequenceBarrier<Sequence> consumed(consumerWords);
  SingleProducerSequencer<Sequence> sequencer(words, 64, consumed);
  std::jthread consumer([&] {
    for (Sequence next = 0; next < records;) {
      const std::uint64_t count = local.ring.arrived(next, local.ring.untilWrap(next));
      if (count == 0) {
        ASSERT_TRUE(sequencer.wait(next));
        continue;
      }
      for (std::uint64_t i = 0; i < count; ++i, ++next) {
        const Pair& pair = local.record(next);
        ASSERT_EQ(pair.number, next);
        ASSERT_EQ(pair.complement, ~next);
      }
      consumed.publish(next - 1);
    }
  });
  for (Sequence s = 0; s < records; ++s) {
    ASSERT_EQ(sequencer.claimOne(), s);
    local.record(s) = {s, ~s};
    local.ring.stamp(s - 1, s);
    sequencer.publish(s);
  }
}

}  // namespace
}  // namespace sluice
