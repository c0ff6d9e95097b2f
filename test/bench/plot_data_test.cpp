// What gnuplot is given.
#include "comparison/plot_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/samples.hpp"

namespace sluice::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

Comparison sized(std::uint64_t recordBytes, std::uint64_t batch, double floor, double ours) {
  Comparison comparison = comparisonOf(
      {contenderOf("floor", Kind::floor, {floor}), contenderOf("Sluice", Kind::sluice, {ours})});
  comparison.parameters.recordBytes = recordBytes;
  comparison.parameters.batch = batch;
  return comparison;
}

TEST(Plots, ShowUnicastByRecordSizeWithAPanelForEachBatch) {
  const auto plots =
      plotsOf({sized(8, 1, 400, 300), sized(64, 1, 100, 90), sized(8, 32, 900, 800)});
  ASSERT_EQ(plots.size(), 1U);
  EXPECT_EQ(plots[0].name, "unicast-spinning");
  EXPECT_EQ(plots[0].script, "unicast.gp");
  EXPECT_EQ(plots[0].data.text(),
            "x \"floor\" \"Sluice\"\n\"8\" 400 300\n\"64\" 100 90\n"
            "\n\n"
            "x \"floor\" \"Sluice\"\n\"8\" 900 800\n\"64\" - -\n");
  EXPECT_EQ(plots[0].data.panelTitles(), "\"one at a time\" \"batches of 32\"");
  EXPECT_EQ(plots[0].data.systems(), "\"floor\" \"Sluice\"");
  EXPECT_EQ(plots[0].data.lowest(), 90);
  EXPECT_EQ(plots[0].data.highest(), 900);
}

TEST(Plots, ShowLatenciesByPercentile) {
  Comparison comparison = sized(56, 0, 0, 0);
  comparison.workload = "ping_pong";
  comparison.figures = {{"p50", "ns"}, {"p99", "ns"}};
  comparison.contenders[0].runs = {{{100, 200}}};
  comparison.contenders[1].runs = {{{110, 250}}};
  const auto plots = plotsOf({comparison});
  ASSERT_THAT(plots, ElementsAre(Field(&Plot::name, "ping_pong-56-b-spinning")));
  EXPECT_EQ(plots[0].data.text(), "x \"floor\" \"Sluice\"\n\"p50\" 100 110\n\"p99\" 200 250\n");
}

TEST(Plots, GiveAPeerTheSameStyleEverywhere) {
  Comparison first = sized(8, 1, 400, 300);
  first.contenders.push_back(contenderOf("pipe", Kind::peer, {1}));
  first.contenders.push_back(contenderOf("queue", Kind::peer, {1}));
  Comparison second = sized(64, 1, 100, 90);
  second.parameters.waiting = "yielding";
  second.contenders.push_back(contenderOf("queue", Kind::peer, {1}));
  Comparison third = second;
  third.parameters.recordBytes = 1024;
  const auto plots = plotsOf({first, sized(64, 1, 100, 90), second, third});
  ASSERT_EQ(plots.size(), 2U);
  EXPECT_EQ(plots[0].styles, "f1 s1 p1 p2");
  EXPECT_EQ(plots[1].styles, "f1 s1 p2");
}

TEST(Plots, SayAtWhichRawPingPongTheyWereMeasured) {
  Comparison near = sized(8, 1, 400, 300);
  near.contenders[0].runs = {runAt(65.2, 400)};
  const auto plots = plotsOf({near, sized(64, 1, 100, 90)});
  ASSERT_EQ(plots.size(), 1U);
  EXPECT_EQ(plots[0].data.text(), "x \"floor\" \"Sluice\"\n\"8 (65 ns)\" 400 300\n\"64\" 100 90\n");
}

TEST(Plots, AreNotMadeOfASinglePoint) {
  EXPECT_THAT(plotsOf({sized(8, 1, 400, 300)}), IsEmpty());
}

}  // namespace
}  // namespace sluice::bench
