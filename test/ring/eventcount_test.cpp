#include "sluice/detail/eventcount.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace sluice {
namespace {

using detail::DoorbellValue;

class EventcountTest : public ::testing::Test {
 protected:
  DoorbellValue value() const { return {doorbell.load(std::memory_order_relaxed)}; }
  detail::Doorbell doorbell{0};
  std::atomic<std::uint64_t> wakes{0};
  detail::Eventcount eventcount{doorbell, WakeProtocol::fence, &wakes};
};

TEST_F(EventcountTest, KeepsTheLowestSequenceThatAnybodyAwaits) {
  eventcount.arm<std::uint64_t>(10);
  EXPECT_EQ(value().awaited(), 10u);
  eventcount.arm<std::uint64_t>(12);
  EXPECT_EQ(value().awaited(), 10u);
  eventcount.arm<std::uint64_t>(7);
  EXPECT_EQ(value().awaited(), 7u);
  EXPECT_EQ(value().epoch(), 0u);
}

TEST_F(EventcountTest, IsAnsweredOnlyByAPublishThatReachesWhatIsAwaited) {
  const auto epoch = eventcount.arm<std::uint64_t>(10).value;
  eventcount.announce<std::uint64_t>(9);
  EXPECT_TRUE(value().armed());
  EXPECT_EQ(value().epoch(), epoch);
  EXPECT_EQ(wakes, 0u);
  eventcount.announce<std::uint64_t>(10);
  EXPECT_FALSE(value().armed());
  EXPECT_EQ(value().epoch(), epoch + 1);
  EXPECT_EQ(wakes, 1u);
  eventcount.announce<std::uint64_t>(11);
  EXPECT_EQ(wakes, 1u);
}

TEST_F(EventcountTest, ASleeperThatDiedCostsOneSpareWakeAndNoMore) {
  eventcount.arm<std::uint64_t>(3);
  for (std::uint64_t s = 0; s < 100; ++s)
    eventcount.announce(s);
  EXPECT_EQ(wakes, 1u);
}

TEST_F(EventcountTest, RingingAnswersWhateverIsAwaited) {
  eventcount.arm<std::uint64_t>(1000);
  eventcount.ring();
  EXPECT_FALSE(value().armed());
  EXPECT_EQ(value().epoch(), 1u);
  eventcount.ring();
  EXPECT_EQ(value().epoch(), 2u);
}

TEST_F(EventcountTest, WithoutWakesASleeperAsksForNothingAndARingEndsItsSleep) {
  const detail::Eventcount silent{doorbell, WakeProtocol::none, &wakes};
  const auto expected = silent.arm<std::uint64_t>(3);
  EXPECT_EQ(expected.word, detail::epochWord(doorbell));
  EXPECT_FALSE(value().armed());
  EXPECT_FALSE(silent.heavyFence()) << "the sleep has to be short";
  silent.announce<std::uint64_t>(3);
  EXPECT_EQ(wakes, 0u);
  EXPECT_EQ(value().epoch(), expected.value);
  silent.ring();
  EXPECT_NE(value().epoch(), expected.value);
}

TEST_F(EventcountTest, ComparesPastTheWrapOfItsThirtyOneBits) {
  const std::uint64_t high = (std::uint64_t{1} << 31) - 2;
  eventcount.arm<std::uint64_t>(high + 4);
  eventcount.announce<std::uint64_t>(high + 3);
  EXPECT_TRUE(value().armed());
  eventcount.arm<std::uint64_t>(high);
  EXPECT_EQ(value().awaited(), high);
  eventcount.announce<std::uint64_t>(high + 1);
  EXPECT_FALSE(value().armed());
}

TEST_F(EventcountTest, ComparesNarrowSequencesModuloTheirOwnWidth) {
  eventcount.arm<std::uint8_t>(2);
  eventcount.announce<std::uint8_t>(250);
  EXPECT_TRUE(value().armed());
  eventcount.arm<std::uint8_t>(253);
  EXPECT_EQ(value().awaited(), 253u);
  eventcount.announce<std::uint8_t>(0);
  EXPECT_FALSE(value().armed());
}

}  // namespace
}  // namespace sluice
