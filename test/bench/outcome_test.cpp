// Medians, ratios and verdicts.
#include "comparison/outcome.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "bench/samples.hpp"

namespace sluice::bench {
namespace {

using ::testing::DoubleEq;
using ::testing::Eq;
using ::testing::Optional;

Outcome outcomeOf(std::vector<Contender> contenders, std::optional<Target> target = {},
                  bool higherIsBetter = true) {
  Comparison comparison = comparisonOf(std::move(contenders));
  comparison.figures[0].target = target;
  comparison.figures[0].higherIsBetter = higherIsBetter;
  return outcomesOf(comparison).at(0);
}

constexpr Target atLeast(double ratio) {
  return {Target::Bound::atLeast, ratio};
}
constexpr Target atMost(double ratio) {
  return {Target::Bound::atMost, ratio};
}
constexpr Target atMostValue(double value) {
  return {Target::Bound::atMost, value, Target::Of::value};
}

constexpr Target atMostMore(double value) {
  return {Target::Bound::atMost, value, Target::Of::difference};
}

TEST(Median, IsTheMiddleOneOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(medianOf({3}), 3);
  EXPECT_EQ(medianOf({9, 1, 2}), 2);
  EXPECT_EQ(medianOf({9, 1, 2, 4}), 3);
}

TEST(Outcome, GivesTheLeastTheMedianAndTheGreatest) {
  const Outcome outcome = outcomeOf({contenderOf("floor", Kind::floor, {5, 3, 8})});
  EXPECT_EQ(outcome.standings[0].min, 3);
  EXPECT_EQ(outcome.standings[0].median, 5);
  EXPECT_EQ(outcome.standings[0].max, 8);
  EXPECT_EQ(outcome.standings[0].raw, 0);
}

TEST(Outcome, LeavesRunsOfOtherPlacementsOut) {
  Contender contender{"a", Kind::floor, {}};
  contender.runs = {runAt(70, 100), runAt(72, 110), runAt(68, 120), runAt(270, 5)};
  const Outcome outcome = outcomeOf({contender});
  EXPECT_EQ(outcome.standings[0].counted, 3U);
  EXPECT_EQ(outcome.standings[0].setApart, 1U);
  EXPECT_EQ(outcome.standings[0].min, 100);
  EXPECT_EQ(outcome.standings[0].raw, 70);
}

TEST(Outcome, ComparesWithTheBestFloor) {
  const std::vector<Contender> contenders{
      contenderOf("bound", Kind::bound, {20}), contenderOf("first", Kind::floor, {5}),
      contenderOf("second", Kind::floor, {10}), contenderOf("Sluice", Kind::sluice, {8})};
  const Outcome outcome = outcomeOf(contenders);
  EXPECT_EQ(outcome.floor().system, "second");
  EXPECT_THAT(outcome.standings[0].ratioToFloor, Optional(DoubleEq(2)));
  EXPECT_THAT(outcome.standings[3].ratioToFloor, Optional(DoubleEq(0.8)));
  EXPECT_EQ(outcomeOf(contenders, {}, false).floor().system, "first");
}

TEST(Outcome, LeavesAFloorWithoutRunsOut) {
  const Outcome outcome =
      outcomeOf({contenderOf("first", Kind::floor, {}), contenderOf("second", Kind::floor, {4}),
                 contenderOf("Sluice", Kind::sluice, {5})});
  EXPECT_EQ(outcome.floor().system, "second");
}

TEST(Outcome, ComparesWithTheFirstContenderWhereThatIsNoFloor) {
  const Outcome outcome =
      outcomeOf({contenderOf("pipe", Kind::peer, {2}), contenderOf("futex", Kind::floor, {4}),
                 contenderOf("Sluice", Kind::sluice, {5})});
  EXPECT_EQ(outcome.floor().system, "pipe");
  EXPECT_THAT(outcome.standings[0].ratioToFloor, Optional(DoubleEq(1)));
  EXPECT_THAT(outcome.standings[2].ratioToFloor, Optional(DoubleEq(2.5)));
}

TEST(Outcome, ComparesWithTheBestPeer) {
  const std::vector<Contender> contenders{
      contenderOf("floor", Kind::floor, {10}), contenderOf("slow", Kind::peer, {2}),
      contenderOf("quick", Kind::peer, {4}), contenderOf("Sluice", Kind::sluice, {8})};
  EXPECT_THAT(outcomeOf(contenders).standings[3].ratioToBestPeer, Optional(DoubleEq(2)));
  const Outcome times = outcomeOf(contenders, {}, false);
  EXPECT_THAT(times.bestPeer, Optional(Eq(1U)));
  EXPECT_THAT(times.standings[3].ratioToBestPeer, Optional(DoubleEq(4)));
}

TEST(Outcome, HasNoRatioToAPeerWhereThereIsNone) {
  const Outcome outcome = outcomeOf({contenderOf("floor", Kind::floor, {10})});
  EXPECT_FALSE(outcome.bestPeer);
  EXPECT_FALSE(outcome.standings[0].ratioToBestPeer);
}

TEST(Outcome, ShowsWhoHasNoRunInTheChosenPlacement) {
  Contender elsewhere = contenderAt({27, 27});
  const Outcome outcome = outcomeOf({contenderAt({70, 70, 70}), elsewhere});
  EXPECT_EQ(outcome.standings[1].counted, 0U);
  EXPECT_EQ(outcome.standings[1].setApart, 2U);
  EXPECT_FALSE(outcome.standings[1].ratioToFloor);
  EXPECT_THAT(outcome.bestPeer, Optional(Eq(0U)));
}

TEST(Verdict, OfADifferenceIsHeldAgainstTheFloorAndTheLimit) {
  const std::vector<Contender> contenders{contenderOf("floor", Kind::floor, {10}),
                                          contenderOf("set", Kind::sluice, {14})};
  EXPECT_EQ(outcomeOf(contenders, atMostMore(4), false).verdict, Verdict::reached);
  EXPECT_EQ(outcomeOf(contenders, atMostMore(3.9), false).verdict, Verdict::missed);
}

TEST(Verdict, OfADifferenceIsNotKnownWithoutTheFloor) {
  const Outcome outcome =
      outcomeOf({contenderOf("floor", Kind::floor, {}), contenderOf("set", Kind::sluice, {14})},
                atMostMore(4), false);
  EXPECT_EQ(outcome.verdict, Verdict::none);
}

TEST(Verdict, HoldsTheBestOfSluiceAgainstTheTarget) {
  const std::vector<Contender> contenders{contenderOf("floor", Kind::floor, {10}),
                                          contenderOf("stamped", Kind::sluice, {12}),
                                          contenderOf("packed", Kind::sluice, {8})};
  EXPECT_EQ(outcomeOf(contenders, atLeast(1.2)).verdict, Verdict::reached);
  EXPECT_EQ(outcomeOf(contenders, atLeast(1.3)).verdict, Verdict::missed);
  EXPECT_EQ(outcomeOf(contenders, atMost(0.8), false).verdict, Verdict::reached);
  EXPECT_EQ(outcomeOf(contenders, atMost(0.7), false).verdict, Verdict::missed);
}

TEST(Verdict, HoldsAValueAgainstATargetOfThat) {
  const std::vector<Contender> contenders{contenderOf("floor", Kind::floor, {1}),
                                          contenderOf("Sluice", Kind::sluice, {2.5})};
  EXPECT_EQ(outcomeOf(contenders, atMostValue(3), false).verdict, Verdict::reached);
  EXPECT_EQ(outcomeOf(contenders, atMostValue(2), false).verdict, Verdict::missed);
}

TEST(Verdict, IsNoneWithoutATargetOrWithoutFigures) {
  const auto ours = contenderOf("Sluice", Kind::sluice, {12});
  EXPECT_EQ(outcomeOf({contenderOf("floor", Kind::floor, {10}), ours}).verdict, Verdict::none);
  EXPECT_EQ(outcomeOf({contenderOf("floor", Kind::floor, {}), ours}, atLeast(1)).verdict,
            Verdict::none);
  EXPECT_EQ(outcomeOf({contenderOf("floor", Kind::floor, {10})}, atLeast(1)).verdict,
            Verdict::none);
}

TEST(Outcome, IsMadeForEachFigure) {
  Comparison comparison = comparisonOf({{"floor", Kind::floor, {}}});
  comparison.figures = {{"p50", "ns"}, {"p99", "ns"}};
  comparison.contenders[0].runs = {{{100, 200}}, {{102, 300}}, {{104, 400}}};
  const auto outcomes = outcomesOf(comparison);
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].standings[0].median, 102);
  EXPECT_EQ(outcomes[1].standings[0].median, 300);
}

}  // namespace
}  // namespace sluice::bench
