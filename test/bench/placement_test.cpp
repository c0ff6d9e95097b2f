// Runs are grouped by where the processors were.
#include "comparison/placement.hpp"

#include <gtest/gtest.h>

#include "bench/samples.hpp"

namespace sluice::bench {
namespace {

TEST(Placement, HoldsARunWhoseRawPingPongsAreBothNear) {
  const Placement placement{100};
  EXPECT_TRUE(placement.holds({{1}, 100, 100}));
  EXPECT_TRUE(placement.holds({{1}, 139, 72}));
  EXPECT_FALSE(placement.holds({{1}, 141, 100}));
  EXPECT_FALSE(placement.holds({{1}, 100, 71}));
}

TEST(Placement, HoldsEveryRunWithoutTwoProcesses) {
  EXPECT_TRUE(Placement{100}.holds(runAt(0)));
  EXPECT_TRUE(Placement{}.holds(runAt(0)));
}

TEST(ChoosePlacement, TakesTheOneInWhichTheContenderWithTheFewestRunsHasMost) {
  // More runs in all are near 70, but of the second contender only one.
  const Placement placement = choosePlacement(
      {contenderAt({70, 70, 70, 70, 70, 270, 270}), contenderAt({70, 270, 270, 27})});
  EXPECT_NEAR(placement.raw, 270, 1);
  EXPECT_EQ(placement.fewest, 2U);
}

TEST(ChoosePlacement, TakesTheOneWithMoreRunsInAllWhereTheFewestAreEqual) {
  const Placement placement =
      choosePlacement({contenderAt({270, 70, 70}), contenderAt({270, 70, 70, 70, 270})});
  EXPECT_NEAR(placement.raw, 70, 1);
  EXPECT_EQ(placement.fewest, 2U);
}

TEST(ChoosePlacement, KeepsRunsTogetherThatDifferALittle) {
  const Placement placement = choosePlacement({contenderAt({60, 66, 75, 80})});
  EXPECT_EQ(placement.fewest, 4U);
}

TEST(ChoosePlacement, SetsARunApartDuringWhichAProcessorMoved) {
  Contender contender = contenderAt({70, 70});
  contender.runs.push_back({{1}, 70, 270});
  EXPECT_EQ(choosePlacement({contender}).fewest, 2U);
}

TEST(ChoosePlacement, DoesNotAskWhoHasFailed) {
  Contender failed = contenderAt({});
  failed.failure = "it could not";
  EXPECT_EQ(choosePlacement({failed, contenderAt({70, 70})}).fewest, 2U);
}

TEST(ChoosePlacement, CountsEveryRunWhereThereAreNoTwoProcesses) {
  EXPECT_EQ(choosePlacement({contenderAt({0, 0, 0})}).fewest, 3U);
  EXPECT_EQ(choosePlacement({contenderAt({0, 0, 0}), contenderAt({70, 70})}).fewest, 2U);
}

TEST(ChoosePlacement, HasNoRunsWhereThereAreNone) {
  EXPECT_EQ(choosePlacement({contenderAt({})}).fewest, 0U);
  EXPECT_EQ(choosePlacement({contenderAt({}), contenderAt({70})}).fewest, 0U);
}

}  // namespace
}  // namespace sluice::bench
