// A consumer stays away from a dense stream, and never from a single record.
#include "sluice/detail/lull.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace sluice {
namespace {

using detail::Lull;

constexpr std::uint64_t longest = 4096;

/// A batch of that many records ended where the stream did.
void catchUp(Lull& lull, std::uint64_t count) {
  lull.took(count);
  lull.caughtUp();
}

/// As many as make it worth staying away for that time.
std::uint64_t enoughFor(std::uint64_t time) {
  return time / Lull::sparsest + 1;
}

Lull freshLull() {
  Lull lull;
  lull.limitTo(longest);
  return lull;
}

/// Where it is after a dense stream of some length.
Lull longLull() {
  Lull lull = freshLull();
  for (int i = 0; i < 20; ++i)
    catchUp(lull, 1'000'000);
  return lull;
}

TEST(Lull, NobodyStaysAwayBeforeABatchHasCaughtUp) {
  Lull lull = freshLull();
  EXPECT_FALSE(lull.isOn());
  lull.took(1'000'000);
  EXPECT_FALSE(lull.isOn());
}

TEST(Lull, ADenseStreamIsLeftAloneForLongerEachTimeUpToALimit) {
  Lull lull = freshLull();
  catchUp(lull, 2);
  std::uint64_t before = lull.length();
  EXPECT_EQ(before, Lull::shortest);
  while (before != longest) {
    catchUp(lull, enoughFor(before));
    ASSERT_EQ(lull.length(), std::min(2 * before, longest));
    before = lull.length();
  }
  catchUp(lull, 1'000'000);
  EXPECT_EQ(lull.length(), longest);
}

TEST(Lull, EndsOnceItsTimeHasPassed) {
  Lull lull = longLull();
  ASSERT_TRUE(lull.isOn());
  while (!lull.isOver()) {
  }
  EXPECT_FALSE(lull.isOn());
}

TEST(Lull, WhenTheStreamGrowsThinEachRecordIsLookedForAgain) {
  Lull lull = longLull();
  catchUp(lull, enoughFor(longest) - 1);
  EXPECT_FALSE(lull.isOn());
}

TEST(Lull, ANewBurstBeginsWithTheShortest) {
  Lull lull = longLull();
  lull.foundNothing();
  catchUp(lull, 5);
  EXPECT_EQ(lull.length(), Lull::shortest);
}

TEST(Lull, AConsumerThatSleepsAtOnceNeverStaysAway) {
  Lull lull;
  lull.limitTo(Lull::longestOf(WaitStrategy::sleepAtOnce()));
  for (int i = 0; i < 10; ++i) {
    catchUp(lull, 1'000'000);
    EXPECT_FALSE(lull.isOn());
  }
}

}  // namespace
}  // namespace sluice
