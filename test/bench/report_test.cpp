// What a person and a program are told.
#include "comparison/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/samples.hpp"

namespace sluice::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Json = nlohmann::json;

const Machine machine{"a processor", 2,       "Linux 6.1",           "g++ 12",
                      4096,          "0.1.0", "2024-01-01T00:00:00Z"};

/// A floor, a peer that failed, and Sluice with a run apart; the target is missed.
Comparison example() {
  Comparison comparison = comparisonOf({{"floor", Kind::floor, {}},
                                        {"queue", Kind::peer, {}, {}, "it could not"},
                                        {"Sluice", Kind::sluice, {}}});
  comparison.figures[0].target = {Target::Bound::atLeast, 1.0};
  comparison.contenders[0].runs = {runAt(70, 100)};
  comparison.contenders[2].runs = {runAt(70, 80), runAt(270, 20)};
  return comparison;
}

Json parsed(const std::vector<LeftOut>& leftOut, const Comparison& comparison) {
  return Json::parse(jsonOf(machine, leftOut, {comparison}));
}

std::vector<std::string> keysOf(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items())
    keys.push_back(key);
  return keys;
}

TEST(Heading, NamesWhatDistinguishesAComparison) {
  Comparison comparison = comparisonOf({});
  EXPECT_EQ(headingOf(comparison), "unicast: 64 B, batches of 32, spinning");
  comparison.parameters = {.subject = "full ring",
                           .recordBytes = 8,
                           .batch = 1,
                           .consumers = 3,
                           .waiting = "yielding",
                           .processors = 1};
  EXPECT_EQ(headingOf(comparison),
            "unicast: 8 B, to 3, one at a time, yielding, on one processor, full ring");
}

TEST(Heading, NamesTheProducersWhereThereAreSeveral) {
  Comparison comparison = comparisonOf({});
  comparison.workload = "fan_in";
  comparison.parameters = {.recordBytes = 64, .batch = 1, .producers = 8, .waiting = "blocking"};
  EXPECT_EQ(headingOf(comparison), "fan_in: 64 B, from 8, one at a time, blocking");
}

TEST(Json, TellsTheMachineAndWhatWasLeftOut) {
  const Json json = parsed({{"ZeroMQ", "not there"}}, example());
  EXPECT_EQ(json["machine"], Json::parse(R"({
    "processor": "a processor", "processors": 2, "kernel": "Linux 6.1", "compiler": "g++ 12",
    "memory": 4096, "library": "0.1.0", "date": "2024-01-01T00:00:00Z"})"));
  EXPECT_EQ(json["leftOut"], Json::parse(R"([{"peer": "ZeroMQ", "reason": "not there"}])"));
}

TEST(Json, HasAResultForEachSystemAndFigure) {
  const Json results = parsed({}, example())["results"];
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[2], Json::parse(R"({
    "workload": "unicast",
    "parameters": {"recordBytes": 64, "batch": 32, "consumers": 1, "waiting": "spinning"},
    "figure": "throughput", "unit": "M/s", "higherIsBetter": true,
    "system": "Sluice", "kind": "sluice", "min": 80.0, "median": 80.0, "max": 80.0,
    "floor": "floor", "ratioToFloor": 0.8, "ratioToBestPeer": null,
    "target": {"atLeast": 1.0, "of": "ratio"}, "targetReached": false, "rawPingPong": 70.0,
    "runsCounted": 1, "runsSetApart": 1, "failure": null,
    "samples": [{"value": 80.0, "counts": true, "rawBefore": 70.0, "rawAfter": 70.0},
                {"value": 20.0, "counts": false, "rawBefore": 270.0, "rawAfter": 270.0}]})"));
}

TEST(Json, HasTheSameKeysWhereThereIsNothingToTell) {
  const Json results = parsed({}, example())["results"];
  EXPECT_EQ(keysOf(results[1]), keysOf(results[2]));
  EXPECT_TRUE(results[1]["median"].is_null());
  EXPECT_TRUE(results[1]["rawPingPong"].is_null());
  EXPECT_EQ(results[1]["failure"], "it could not");
  EXPECT_THAT(results[1]["samples"], IsEmpty());
}

TEST(Json, HasNoTargetWhereThereIsNone) {
  Comparison comparison = example();
  comparison.figures[0].target.reset();
  const Json result = parsed({}, comparison)["results"][2];
  EXPECT_TRUE(result["target"].is_null());
  EXPECT_TRUE(result["targetReached"].is_null());
}

TEST(Table, ShowsEverySystemAndTheVerdict) {
  EXPECT_THAT(tableOf(example()),
              AllOf(HasSubstr("unicast: 64 B, batches of 32, spinning\n"), HasSubstr("1 set apart"),
                    HasSubstr("failed: it could not"), HasSubstr(">= 1.00 of floor: missed")));
}

TEST(Table, ShowsATargetOfTheFigureInItsUnit) {
  Comparison comparison = example();
  comparison.figures[0].target = {Target::Bound::atLeast, 50, Target::Of::value};
  EXPECT_THAT(tableOf(comparison), HasSubstr("target: Sluice >= 50.00 M/s: reached"));
  EXPECT_THAT(summaryOf({comparison}), HasSubstr("in M/s"));
}

TEST(Table, ShowsATargetOfADifferenceInItsUnitBesideTheFloor) {
  Comparison comparison = example();
  comparison.figures[0].target = {Target::Bound::atMost, 50, Target::Of::difference};
  EXPECT_THAT(tableOf(comparison),
              HasSubstr("target: Sluice <= 50.00 M/s more than floor: reached"));
  EXPECT_THAT(summaryOf({comparison}), AllOf(HasSubstr("floor, M/s more"), HasSubstr("-20.00")));
  EXPECT_EQ(parsed({}, comparison)["results"][2]["target"],
            Json::parse(R"({"atMost": 50.0, "of": "difference"})"));
}

TEST(Card, TellsTheProcessor) {
  EXPECT_EQ(cardOf(machine), "2 x a processor, 4096 MiB, Linux 6.1, g++ 12, Sluice 0.1.0\n");
}

TEST(Summary, TellsThePlacements) {
  EXPECT_THAT(summaryOf({example()}),
              HasSubstr("raw ping-pong of the runs that count: 70 to 70 ns, median 70\n"));
}

TEST(Table, SaysSoWhereNoRunCounts) {
  Comparison comparison = comparisonOf({contenderAt({70, 70}), contenderAt({27})});
  EXPECT_THAT(tableOf(comparison), HasSubstr("no run with the processors placed as"));
}

TEST(Summary, HasALineForEachTargetAndEachFailure) {
  Comparison without = example();
  without.workload = "multicast";
  without.figures[0].target.reset();
  without.contenders[1].failure.clear();
  const std::string summary = summaryOf({example(), without});
  EXPECT_THAT(summary, AllOf(HasSubstr("missed"), HasSubstr("queue: it could not"),
                             Not(HasSubstr("multicast"))));
}

}  // namespace
}  // namespace sluice::bench
