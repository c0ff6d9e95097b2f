// Many rings whose records are given in the order of their times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <list>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fan_in.hpp"
#include "sluice/message_fan_in.hpp"
#include "sluice/message_producer.hpp"
#include "support/readable.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::becomesReadable;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

MergedBy<Tick> byNumber(std::chrono::nanoseconds quietLimit = 60s) {
  return {.time = [](const Tick& tick) { return static_cast<std::int64_t>(tick.number); },
          .quietLimit = quietLimit};
}

void publishEach(Producer<Tick>& out, std::initializer_list<std::uint64_t> numbers) {
  for (const std::uint64_t number : numbers)
    publish(out, number);
}

/// Ring and number of each record that there is to give, all committed.
std::vector<std::pair<std::string, std::uint64_t>> givenBy(FanIn<Tick>& in) {
  std::vector<std::pair<std::string, std::uint64_t>> given;
  while (const auto event = in.tryWait()) {
    for (const Tick& tick : event.batch())
      given.emplace_back(event.ring().name, tick.number);
    EXPECT_EQ(in.commit(), Status::ok);
  }
  return given;
}

TEST(MergedFanIn, GivesTheRecordsOfAllRingsByTheirTime) {
  RingDirectory rings;
  auto a = rings.create("log-a");
  auto b = rings.create("log-b");
  publishEach(a, {1, 4, 5, 9});
  publishEach(b, {2, 3, 5, 7});
  auto in = FanIn<Tick>::open("log-*", rings.options(), byNumber()).value();
  EXPECT_EQ(in.size(), 2u);
  EXPECT_THAT(givenBy(in),
              ElementsAre(Pair("log-a", 1), Pair("log-b", 2), Pair("log-b", 3), Pair("log-a", 4),
                          Pair("log-a", 5), Pair("log-b", 5), Pair("log-b", 7)));
  b.close();
  EXPECT_EQ(in.wait().news(), FanInNews::ended);
  EXPECT_THAT(givenBy(in), ElementsAre(Pair("log-a", 9)));
  EXPECT_EQ(in.size(), 1u);
  EXPECT_EQ(in.late(), 0u);
}

TEST(MergedFanIn, LosesNothingOfLongStreamsInSmallRings) {
  constexpr std::uint64_t records = 20'000;
  RingDirectory rings;
  std::list<Producer<Tick>> outs;
  for (const std::string name : {"log-1", "log-2", "log-3"})
    outs.push_back(rings.create(name, 16));
  auto in = FanIn<Tick>::open("log-*", rings.options(), byNumber()).value();
  std::list<std::jthread> producers;
  for (Producer<Tick>& out : outs)
    producers.emplace_back([&out, seed = producers.size()] {
      std::mt19937_64 random(seed);
      std::uint64_t time = 0;
      for (std::uint64_t i = 0; i < records; ++i)
        publish(out, time += random() % 3);
      out.close();
    });
  std::uint64_t given = 0;
  std::uint64_t last = 0;
  for (int running = 3; running > 0;) {
    const auto event = in.wait(60s);
    ASSERT_TRUE(event.news() == FanInNews::records || event.news() == FanInNews::ended);
    if (event.news() == FanInNews::ended) --running;
    given += event.batch().size();
    for (const Tick& tick : event.batch())
      EXPECT_GE(tick.number, std::exchange(last, tick.number));
    in.commit();
  }
  EXPECT_EQ(given, 3 * records);
  EXPECT_EQ(in.late(), 0u);
}

TEST(MergedFanIn, IsHeldBackByAQuietRingNoLongerThanItsLimit) {
  RingDirectory rings;
  auto quiet = rings.create("log-quiet");
  auto busy = rings.create("log-z");
  auto in = FanIn<Tick>::open("log-*", rings.options(), byNumber(50ms)).value();
  publishEach(busy, {7, 8});
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(in.tryWait().status(), Status::timedOut);
  EXPECT_EQ(in.wait(60s).batch().size(), 2u);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 50ms);
  in.commit();
  publish(quiet, 5);
  EXPECT_THAT(givenBy(in), ElementsAre(Pair("log-quiet", 5)));
  EXPECT_EQ(in.late(), 1u);
}

TEST(MergedFanIn, IsOverWithItsLimitThoughItHoldsSomethingBack) {
  RingDirectory rings;
  auto quiet = rings.create("log-quiet");
  auto busy = rings.create("log-z");
  auto in = FanIn<Tick>::open("log-*", rings.options(), byNumber()).value();
  publish(busy, 7);
  EXPECT_EQ(in.wait(5ms).status(), Status::timedOut);
  publish(quiet, 9);
  EXPECT_EQ(in.wait(60s).ring().name, "log-z");
}

TEST(MergedFanIn, CommitsWhatItHasGivenAndNothingThatItHoldsBack) {
  RingDirectory rings;
  auto a = rings.create("log-a");
  auto b = rings.create("log-b");
  publishEach(a, {1, 2, 8, 9});
  publishEach(b, {3, 4});
  const auto options = rings.options(OnDeath::hold);
  std::optional first(FanIn<Tick>::open("log-*", options, byNumber()).value());
  EXPECT_EQ(first->wait().batch().size(), 2u);
  EXPECT_EQ(first->commitAll(), Status::ok);
  first.reset();
  auto second = FanIn<Tick>::open("log-*", options, byNumber(0ns)).value();
  EXPECT_THAT(givenBy(second),
              ElementsAre(Pair("log-b", 3), Pair("log-b", 4), Pair("log-a", 8), Pair("log-a", 9)));
}

TEST(MergedFanIn, IsReadableWhenTheLimitOfAQuietRingIsOver) {
  RingDirectory rings;
  auto quiet = rings.create("log-quiet");
  auto busy = rings.create("log-z");
  auto in = FanIn<Tick>::open("log-*", rings.options(), byNumber(50ms)).value();
  const int descriptor = in.readyDescriptor().value();
  publish(busy, 7);
  std::vector<std::pair<std::string, std::uint64_t>> given;
  while (given.empty()) {
    if (in.arm() == Status::timedOut) {
      ASSERT_TRUE(becomesReadable(descriptor));
    }
    given = givenBy(in);
  }
  EXPECT_THAT(given, ElementsAre(Pair("log-z", 7)));
}

TEST(MergedFanIn, MergesMessages) {
  RingDirectory rings;
  const auto create = [&](const std::string& name) {
    return MessageProducer::create(name, {.capacity = 8, .producer = rings.producerOptions()})
        .value();
  };
  auto a = create("log-a");
  auto b = create("log-b");
  a.send("1");
  a.send("3");
  b.send("2");
  b.send("4");
  auto in = MessageFanIn::open("log-*", rings.options(),
                               {.time =
                                    [](const Message& message) {
                                      return std::to_integer<std::int64_t>(message.bytes.front());
                                    }})
                .value();
  std::string given;
  for (int i = 0; i < 3; ++i) {
    const auto event = in.wait(60s);
    for (const Message& message : event.batch())
      given += static_cast<char>(message.bytes.front());
    in.commit();
  }
  EXPECT_EQ(given, "123");
}

TEST(MergedFanIn, RefusesWhatCannotMerge) {
  RingDirectory rings;
  const auto fieldOf = [&](const MergedBy<Tick>& merged) {
    return FanIn<Tick>::open("log-*", rings.options(), merged).error().field;
  };
  EXPECT_EQ(fieldOf({}), "merged");
  EXPECT_EQ(fieldOf(byNumber(-1ns)), "quietLimit");
}

}  // namespace
}  // namespace sluice
