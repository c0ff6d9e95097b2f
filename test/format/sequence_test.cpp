#include "sluice/sequence.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(SequenceOrder, HoldsPastTheWrap) {
  EXPECT_EQ(distance<std::uint8_t>(250, 3), 9);
  EXPECT_EQ(distance<std::uint8_t>(3, 250), -9);
  EXPECT_TRUE(reached<std::uint8_t>(3, 250));
  EXPECT_FALSE(reached<std::uint8_t>(250, 3));
  EXPECT_EQ(lower<std::uint8_t>(3, 250), 250);
  EXPECT_TRUE(reached(noSequenceOf<std::uint64_t>, noSequenceOf<std::uint64_t>));
  EXPECT_FALSE(reached(noSequenceOf<std::uint64_t>, std::uint64_t{0}));
}

TEST(SequenceOrder, TheInitialOneComesBeforeTheFirst) {
  EXPECT_EQ(static_cast<std::uint8_t>(noSequenceOf<std::uint8_t> + 1), 0);
  EXPECT_EQ(noSequenceOf<std::uint64_t> + 1, 0u);
}

TEST(Capacity, IsAPowerOfTwoThatTheSequencesCanNumber) {
  EXPECT_TRUE(isCapacity<std::uint8_t>(1));
  EXPECT_TRUE(isCapacity<std::uint8_t>(64));
  EXPECT_FALSE(isCapacity<std::uint8_t>(128));
  EXPECT_TRUE(isCapacity<std::uint16_t>(1 << 14));
  EXPECT_FALSE(isCapacity<std::uint16_t>(1 << 15));
  EXPECT_TRUE(isCapacity<std::uint64_t>(1 << 29));
  EXPECT_FALSE(isCapacity<std::uint64_t>(1 << 30));
  EXPECT_FALSE(isCapacity<std::uint64_t>(0));
  EXPECT_FALSE(isCapacity<std::uint64_t>(48));
}

}  // namespace
}  // namespace sluice
