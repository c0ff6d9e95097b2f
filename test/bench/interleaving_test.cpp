// Contenders are run in turn until enough runs can be compared.
#include "comparison/interleaving.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/samples.hpp"

namespace sluice::bench {
namespace {

using ::testing::IsEmpty;

/// Runs give these raw ping-pongs in turn, the last one again and again.
Contender running(std::string system, std::vector<double> raws) {
  return {std::move(system), Kind::peer, [raws = std::move(raws), next = std::size_t{0}]() mutable {
            const double raw = raws[next];
            if (next + 1 < raws.size()) ++next;
            return runAt(raw);
          }};
}

Run losing() {
  throw std::runtime_error("a record was lost");
}

void run(Comparison& comparison, unsigned wanted) {
  runInterleaved(comparison, wanted, [](const Contender&) {});
}

TEST(Interleaving, RunsEachContenderOnceInEveryRepetition) {
  Comparison comparison = comparisonOf({running("a", {70}), running("b", {70})});
  std::string order;
  runInterleaved(comparison, 3, [&](const Contender& contender) { order += contender.system; });
  EXPECT_EQ(order, "ababab");
}

TEST(Interleaving, GoesOnUntilEachHasTheWantedRunsInOnePlacement) {
  Comparison comparison = comparisonOf({running("a", {70, 270, 70}), running("b", {270, 70, 70})});
  run(comparison, 3);
  EXPECT_EQ(comparison.contenders[0].runs.size(), 4U);
  EXPECT_EQ(comparison.contenders[1].runs.size(), 4U);
}

TEST(Interleaving, StopsAfterAFewTimesTheWantedRepetitions) {
  Comparison comparison = comparisonOf({running("a", {70}), running("b", {270})});
  run(comparison, 2);
  EXPECT_EQ(comparison.contenders[0].runs.size(), mostTimesWanted * 2);
}

TEST(Interleaving, RunsNoMoreWhoFails) {
  Comparison comparison = comparisonOf({running("a", {70}), running("b", {70})});
  comparison.contenders[0].run = losing;
  run(comparison, 3);
  EXPECT_EQ(comparison.contenders[0].failure, "a record was lost");
  EXPECT_THAT(comparison.contenders[0].runs, IsEmpty());
  EXPECT_EQ(comparison.contenders[1].runs.size(), 3U);
}

TEST(Interleaving, EndsWhatTheRunsShared) {
  const auto daemon = std::make_shared<int>();
  Comparison comparison = comparisonOf({running("a", {70})});
  comparison.contenders[0].run = [daemon] { return runAt(70); };
  run(comparison, 1);
  EXPECT_EQ(daemon.use_count(), 1);
}

TEST(Interleaving, EndsWhenItIsAskedTo) {
  Comparison comparison = comparisonOf({running("a", {70})});
  const auto interrupt = [](const Contender&) { throw std::runtime_error("interrupted"); };
  EXPECT_THROW(runInterleaved(comparison, 3, interrupt), std::runtime_error);
}

}  // namespace
}  // namespace sluice::bench
