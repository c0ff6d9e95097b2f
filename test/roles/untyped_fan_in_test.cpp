// The reader of many rings whose record is described by a value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fan_in.hpp"
#include "sluice/untyped_fan_in.hpp"

namespace sluice {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::array<std::string_view, 2> patterns{"log-*", "more"};

std::uint64_t numberAt(const std::byte* record) {
  std::uint64_t number = 0;
  std::memcpy(&number, record, sizeof number);
  return number;
}

std::vector<std::uint64_t> numbersOf(const UntypedFanIn::Event& event) {
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < event.batch().size(); ++i)
    numbers.push_back(numberAt(event.batch()[i]));
  return numbers;
}

TEST(UntypedFanIn, ReadsRingsOfEveryLayoutThatMatchOneOfItsPatterns) {
  RingDirectory rings;
  auto stamps = rings.create("log-a");
  auto other = rings.create("another");
  auto packedRing = Producer<Tick, packed>::create("more", rings.producerOptions()).value();
  publish(stamps, 1, 3);
  publish(packedRing, 5, 7);
  auto in = UntypedFanIn::open(patterns, rings.options(), describeRecord<Tick>()).value();
  std::map<std::string, std::vector<std::uint64_t>> numbers;
  while (const auto event = in.tryWait()) {
    numbers[event.ring().name] = numbersOf(event);
    EXPECT_EQ(in.commit(), Status::ok);
  }
  EXPECT_THAT(numbers,
              ElementsAre(Pair("log-a", ElementsAre(1, 2)), Pair("more", ElementsAre(5, 6))));
  EXPECT_EQ(in.size(), 2u);
}

TEST(UntypedFanIn, RefusesARecordOfAnotherDescription) {
  RingDirectory rings;
  auto other = Producer<std::uint32_t>::create("log-a", rings.producerOptions()).value();
  auto in = UntypedFanIn::open(patterns, rings.options(), describeRecord<Tick>()).value();
  const auto event = in.tryWait();
  ASSERT_EQ(event.news(), FanInNews::refused);
  EXPECT_EQ(event.error().code, ErrorCode::recordMismatch);
}

TEST(UntypedFanIn, Merges) {
  RingDirectory rings;
  auto a = rings.create("log-a");
  auto b = rings.create("log-b");
  publish(a, 1, 2);
  publish(b, 2, 4);
  publish(a, 4, 5);
  a.close();
  b.close();
  auto in = UntypedFanIn::open(patterns, rings.options(), describeRecord<Tick>(),
                               {.time =
                                    [](const UntypedFanIn::Record& record) {
                                      return static_cast<std::int64_t>(numberAt(record.data()));
                                    },
                                .quietLimit = std::chrono::hours(1)})
                .value();
  std::vector<std::uint64_t> all;
  while (const auto event = in.tryWait())
    for (const std::uint64_t number : numbersOf(event))
      all.push_back(number);
  EXPECT_THAT(all, ElementsAre(1, 2, 3, 4));
}

TEST(UntypedFanIn, ReadsRingsOfAnyRecordAndTellsWhatItIs) {
  RingDirectory rings;
  auto ticks = rings.create("log-a");
  auto bytes = Producer<std::uint32_t>::create(
                   "log-b", {.capacity = 8, .directory = rings.options().directory})
                   .value();
  publish(ticks, 1);
  bytes.send(7);
  auto in = UntypedFanIn::open(patterns, rings.options(), std::nullopt).value();
  std::map<std::string, std::size_t> sizes;
  while (const auto event = in.tryWait())
    sizes[event.ring().name] = event.record().size;
  EXPECT_THAT(sizes, ElementsAre(Pair("log-a", sizeof(Tick)), Pair("log-b", 4)));
}

TEST(UntypedFanIn, RefusesToOpenWithoutAPatternOrATime) {
  RingDirectory rings;
  const auto record = describeRecord<Tick>();
  EXPECT_EQ(UntypedFanIn::open({}, rings.options(), record).error().field, "pattern");
  EXPECT_EQ(UntypedFanIn::open(patterns, rings.options(), record, {}).error().field, "merged");
}

TEST(FanInCommit, OfTheFirstRecordsOfABatchLeavesTheOthersToASuccessor) {
  RingDirectory rings;
  auto ring = rings.create("log-a");
  publish(ring, 0, 6);
  const auto held = rings.options(OnDeath::hold);
  {
    auto in = rings.open(held);
    ASSERT_THAT(in.wait().batch(), SizeIs(6));
    EXPECT_EQ(in.commit(2), Status::ok);
    EXPECT_EQ(in.commit(4), Status::ok);
  }
  Told told;
  auto successor = rings.open(held);
  takeAll(successor, told);
  EXPECT_THAT(told.numbers["log-a"], ElementsAre(4, 5));
}

TEST(FanInCommit, OfTheFirstRecordsCountsFromTheBatchThatWasMerged) {
  RingDirectory rings;
  auto a = rings.create("log-a");
  auto b = rings.create("log-b");
  publish(a, 0, 2);
  publish(b, 2, 3);
  publish(a, 3, 6);
  const auto held = rings.options(OnDeath::hold);
  {
    auto in = FanIn<Tick>::open(
                  "log-*", held,
                  {.time = [](const Tick& tick) { return static_cast<std::int64_t>(tick.number); },
                   .quietLimit = std::chrono::nanoseconds(0)})
                  .value();
    ASSERT_THAT(in.wait().batch(), SizeIs(2));
    in.commit();
    ASSERT_THAT(in.wait().batch(), SizeIs(1));
    in.commit();
    ASSERT_THAT(in.wait().batch(), SizeIs(3));
    EXPECT_EQ(in.commit(1), Status::ok);
  }
  Told told;
  auto successor = rings.open(held);
  takeAll(successor, told);
  EXPECT_THAT(told.numbers["log-a"], ElementsAre(4, 5));
  EXPECT_EQ(told.numbers.count("log-b"), 0u);
}

TEST(FanInEvent, TellsTheIdOfItsRing) {
  RingDirectory rings;
  auto ring = rings.create("log-a");
  publish(ring, 0);
  auto in = rings.open();
  EXPECT_NE(in.wait().ring().id, SegmentId{});
}

}  // namespace
}  // namespace sluice
