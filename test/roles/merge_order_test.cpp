// In which order the records of several rings are given where they are merged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "roles/merge_order.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class MergeOrderTest : public ::testing::Test {
 protected:
  using Turns = std::vector<std::pair<std::size_t, std::size_t>>;

  MergeOrderTest() {
    for (std::size_t ring = 0; ring < 3; ++ring)
      order_.add(ring, 10 - ring);
  }

  /// Rings and counts, as long as something is given.
  Turns giveAll() {
    Turns turns;
    while (const auto turn = order_.give(now_))
      turns.emplace_back(turn->ring, turn->count);
    return turns;
  }

  MergeOrder order_{100ms};
  TimePoint now_{1h};
};

TEST_F(MergeOrderTest, GivesTheEarliestAndAsManyAsComeBeforeTheOthers) {
  order_.offer(0, {1, 4, 5});
  order_.offer(1, {2, 3, 6});
  order_.offer(2, {9});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(0, 1), Pair(1, 2), Pair(0, 2)));
  order_.offer(0, {7, 20});
  // Ring 1 may still get another one of the time 6.
  EXPECT_THAT(giveAll(), ElementsAre(Pair(1, 1)));
  EXPECT_EQ(order_.late(), 0u);
}

TEST_F(MergeOrderTest, GivesRingsOfTheSameTimeByTheirRank) {
  for (std::size_t ring = 0; ring < 3; ++ring)
    order_.offer(ring, {5, 5});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(2, 2)));
  order_.offer(2, {6});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(1, 2)));
  order_.offer(1, {6});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(0, 2)));
}

TEST_F(MergeOrderTest, TakesForTheTimeOfARecordTheLargestOfItsRing) {
  order_.offer(0, {5, 1});
  order_.offer(1, {3, 6});
  order_.offer(2, {7});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(1, 1), Pair(0, 2)));
  EXPECT_EQ(order_.late(), 0u);
}

TEST_F(MergeOrderTest, LetsARingThatHasNothingHoldTheOthersBackForItsLimit) {
  order_.offer(0, {1, 2});
  order_.offer(1, {3});
  EXPECT_THAT(giveAll(), IsEmpty());
  EXPECT_EQ(order_.giveAt(), now_ + 100ms);
  now_ += 99ms;
  EXPECT_FALSE(order_.mayGive(now_));
  EXPECT_EQ(order_.giveAt(), now_ + 1ms);
  now_ += 1ms;
  EXPECT_TRUE(order_.mayGive(now_));
  EXPECT_THAT(giveAll(), ElementsAre(Pair(0, 2)));
  // Ring 0 is quiet now, and has its own limit.
  EXPECT_EQ(order_.giveAt(), now_ + 100ms);
  order_.offer(0, {4});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(1, 1)));
}

TEST_F(MergeOrderTest, LetsAQuietRingHoldNothingBackUntilItHasSomethingAgain) {
  order_.offer(0, {1});
  order_.offer(1, {2, 9});
  EXPECT_THAT(giveAll(), IsEmpty());
  now_ += 100ms;
  EXPECT_THAT(giveAll(), ElementsAre(Pair(0, 1)));
  order_.offer(0, {3, 8});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(1, 1), Pair(0, 2)));
  order_.offer(2, {5});
  order_.offer(0, {10});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(2, 1)));
  EXPECT_EQ(order_.late(), 1u);
  // It holds the others back again.
  EXPECT_EQ(order_.giveAt(), now_ + 100ms);
}

TEST_F(MergeOrderTest, IsNotHeldBackByARingThatIsLaterOrGone) {
  order_.offer(0, {1});
  order_.offer(1, {5, 6});
  order_.offer(2, {9});
  EXPECT_THAT(giveAll(), ElementsAre(Pair(0, 1)));
  order_.remove(0);
  EXPECT_THAT(giveAll(), ElementsAre(Pair(1, 2)));
  order_.remove(1);
  EXPECT_THAT(giveAll(), ElementsAre(Pair(2, 1)));
  EXPECT_FALSE(order_.holds(2));
  EXPECT_EQ(order_.giveAt(), forever);
}

TEST(MergeOrderWithoutALimit, HoldsBackForAsLongAsARingIsQuiet) {
  MergeOrder order(std::chrono::nanoseconds::max());
  order.add(0, 0);
  order.add(1, 1);
  order.offer(0, {1});
  EXPECT_FALSE(order.mayGive(TimePoint{1h}));
  EXPECT_FALSE(order.mayGive(TimePoint{48h}));
  order.offer(1, {2});
  EXPECT_TRUE(order.mayGive(TimePoint{48h}));
}

}  // namespace
}  // namespace sluice::detail
