// Producers that wait until the one before them is gone.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "segment/participant.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

TEST(WaitingSuccessor, TakesOverFromOneThatLeavesAndOneOfSeveralGetsIt) {
  SegmentName name;
  SharedNumber turns;
  auto ring = std::make_unique<Producer<Tick>>(
      Producer<Tick>::create(name.str(), {.capacity = 64}).value());
  std::vector<ChildProcess> successors;
  for (int i = 0; i < 4; ++i) {
    successors.emplace_back([&] {
      auto next = Producer<Tick>::open(name.str(), {.takeOverWithin = 60s}).value();
      publish(next, next.lastPublished() + 1, next.lastPublished() + 2);
      ++*turns;
      return 0;
    });
  }
  publish(*ring, 0, 1);
  ring.reset();
  for (ChildProcess& successor : successors)
    EXPECT_EQ(successor.wait(), 0);
  EXPECT_EQ(turns.get(), 4u);
  EXPECT_EQ(Producer<Tick>::open(name.str())->lastPublished(), 4u);
}

TEST(WaitingSuccessor, GivesUpAtTheDeadlineAndAtTheStopAndTellsSo) {
  SegmentName name;
  const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  EXPECT_EQ(Producer<Tick>::open(name.str(), {.takeOverWithin = 1ms}).error().code,
            ErrorCode::timedOut);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(Producer<Tick>::open(name.str(), {.takeOverWithin = stop.get_token()}).error().code,
            ErrorCode::stopped);
}

TEST(WaitingSuccessor, IsToldAtOnceThatTheStreamWasClosed) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  ring.close();
  EXPECT_EQ(Producer<Tick>::open(name.str(), {.takeOverWithin = WaitLimit()}).error().code,
            ErrorCode::ended);
}

TEST(WaitingSuccessor, IsNotGivenASegmentThatWasRemovedMeanwhile) {
  SegmentName name;
  std::optional ring(Producer<Tick>::create(name.str(), {.capacity = 8}).value());
  const detail::Expectation expectation{describeRecord<Tick>(), SlotLayout::stamped};
  auto kept = detail::Participant::openAsSuccessor(name.path(), expectation, {}).value();
  EXPECT_EQ(kept.takeOver(0us).value(), detail::TakeOver::notYet);
  auto early = std::make_optional(
      detail::Participant::openAsSuccessor(name.path(), expectation, {}).value());
  ring.reset();
  EXPECT_EQ(early->takeOver(0us).value(), detail::TakeOver::done);
  EXPECT_TRUE(kept.isAlive(detail::producerParticipant));
  EXPECT_EQ(kept.takeOver(1us).value(), detail::TakeOver::notYet);
  ASSERT_TRUE(removeSegment(name.str(), {.evenIfInUse = true}));
  early.reset();
  EXPECT_EQ(kept.takeOver(0us).value(), detail::TakeOver::nameGone);
}

TEST(WaitingSuccessor, GetsAtOnceWhatNobodyHas) {
  SegmentName name;
  ASSERT_TRUE(Producer<Tick>::create(name.str(), {.capacity = 8}));
  auto next = detail::Participant::openAsSuccessor(
                  name.path(), {describeRecord<Tick>(), SlotLayout::stamped}, {})
                  .value();
  EXPECT_EQ(next.takeOver(0us).value(), detail::TakeOver::done);
  EXPECT_EQ(Producer<Tick>::open(name.str()).error().code, ErrorCode::inUse);
}

}  // namespace
}  // namespace sluice
