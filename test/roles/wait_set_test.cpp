// Many rings in one thread: which members are ready.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "message_stream.hpp"
#include "sluice/message.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"
#include "wait_set_rings.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::ElementsAre;
using testing::SegmentName;
using ::testing::UnorderedElementsAre;

TEST(WaitSet, TellsEveryMemberThatIsReady) {
  Rings rings(3);
  WaitSet set;
  rings.joinAll(set);
  EXPECT_TRUE(set.tryWait().empty());
  EXPECT_EQ(set.tryWait().status(), Status::timedOut);
  publish(rings.producers[2], 7);
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(2, Status::ok)));
  publish(rings.producers[0], 5);
  EXPECT_THAT(foundBy(set.wait()),
              UnorderedElementsAre(Found(0, Status::ok), Found(2, Status::ok)));
  EXPECT_EQ(rings.consumers[2].tryWait()[0].number, 7u);
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::ok)));
}

TEST(WaitSet, TakesNothingItself) {
  Rings rings(1);
  WaitSet set;
  rings.joinAll(set);
  publish(rings.producers[0], 1, 4);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(set.wait().size(), 1u);
  EXPECT_EQ(rings.consumers[0].tryWait().size(), 3u);
  EXPECT_TRUE(set.tryWait().empty());
  rings.consumers[0].rewind();
  EXPECT_EQ(set.tryWait().size(), 1u);
}

TEST(WaitSet, BeginsWithAnotherMemberEachTime) {
  Rings rings(3);
  WaitSet set;
  rings.joinAll(set);
  for (auto& ring : rings.producers)
    publish(ring, 1);
  std::vector<std::size_t> first;
  for (int i = 0; i < 3; ++i)
    first.push_back(set.wait()[0].member);
  EXPECT_THAT(first, UnorderedElementsAre(0u, 1u, 2u));
}

TEST(WaitSet, HasMembersOfEveryKind) {
  SegmentName records;
  SegmentName packedRecords;
  SegmentName messages;
  auto ring = create(records, 8);
  auto packedRing = Producer<Tick, packed>::create(packedRecords.str(), {.capacity = 8}).value();
  auto messageRing = createSmall(messages);
  auto typed = Consumer<Tick>::attach(records.str()).value();
  auto packedIn = Consumer<Tick, packed>::attach(packedRecords.str()).value();
  auto untyped = UntypedConsumer::attach(packedRecords.str()).value();
  auto messageIn = MessageConsumer::attach(messages.str()).value();
  auto observer = Observer<Tick>::attach(records.str()).value();
  auto untypedObserver = UntypedObserver::attach(packedRecords.str()).value();
  auto messageObserver = MessageObserver::attach(messages.str()).value();
  StopWord stop;
  WaitSet set;
  const std::array members{set.add(typed),           set.add(packedIn), set.add(untyped),
                           set.add(messageIn),       set.add(observer), set.add(untypedObserver),
                           set.add(messageObserver), set.add(stop)};
  EXPECT_TRUE(set.tryWait().empty());
  publish(ring, 1);
  publish(packedRing, 2);
  messageRing.send("three");
  stop.requestStop();
  const auto found = foundBy(set.wait());
  for (const std::size_t member : members)
    EXPECT_THAT(found, ::testing::Contains(
                           Found(member, member == members.back() ? Status::stopped : Status::ok)));
  EXPECT_EQ(observer.tryWait().record.number, 1u);
  EXPECT_EQ(textOf(messageIn.tryWait()[0]), "three");
}

TEST(WaitSet, TellsWhyAStreamHasEndedUntilItsMemberIsRemoved) {
  Rings rings(3);
  WaitSet set;
  rings.joinAll(set);
  publish(rings.producers[0], 1);
  rings.producers[0].close();
  { const auto left = std::move(rings.producers[1]); }
  // What was published comes before the end.
  const auto first = foundBy(set.wait());
  EXPECT_THAT(first, ::testing::Contains(Found(0, Status::ok)));
  EXPECT_THAT(first, ::testing::Not(::testing::Contains(Found(0, Status::closed))));
  EXPECT_EQ(rings.consumers[0].tryWait().size(), 1u);
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(foundBy(set.wait()),
                UnorderedElementsAre(Found(0, Status::closed), Found(1, Status::peerLeft)));
  set.remove(0);
  set.remove(1);
  set.remove(1);
  set.remove(99);
  EXPECT_EQ(set.size(), 1u);
  EXPECT_TRUE(set.tryWait().empty());
  publish(rings.producers[2], 3);
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(2, Status::ok)));
  EXPECT_EQ(set.add(rings.consumers[0]), 0u);
}

TEST(WaitSet, TellsOfAnEndThoughOthersAreAlwaysReady) {
  Rings rings(3);
  WaitSet set;
  rings.joinAll(set);
  publish(rings.producers[0], 1);
  publish(rings.producers[2], 1);
  rings.producers[1].close();
  bool isTold = false;
  for (int wait = 0; wait < 3; ++wait)
    for (const ReadyMember& one : set.wait())
      isTold = isTold || (one.member == 1 && one.status == Status::closed);
  EXPECT_TRUE(isTold);
}

TEST(WaitSet, IsOverWithItsLimit) {
  Rings rings(2);
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(set.wait(20ms).status(), Status::timedOut);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 20ms);
  std::stop_source stop;
  std::jthread stopper([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    stop.request_stop();
  });
  EXPECT_EQ(set.wait(stop.get_token()).status(), Status::stopped);
  publish(rings.producers[0], 1);
  EXPECT_EQ(set.wait(stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(set.tryWait().size(), 1u);
}

TEST(WaitSet, WithoutMembersWaitsForTheLimitAlone) {
  WaitSet set = asleepAtOnce();
  EXPECT_EQ(set.wait(5ms).status(), Status::timedOut);
  EXPECT_EQ(set.tryWait().status(), Status::timedOut);
  WaitSet moved = std::move(set);
  EXPECT_EQ(set.wait().status(), Status::detached);
  EXPECT_EQ(set.size(), 0u);
  EXPECT_EQ(moved.wait(1ms).status(), Status::timedOut);
}

StopWord* signalled = nullptr;

TEST(WaitSet, IsStoppedByAHandlerOfSignals) {
  Rings rings(2);
  StopWord stop;
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  set.add(stop);
  signalled = &stop;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) { signalled->requestStop(); };
  action.sa_flags = SA_RESTART;
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
  std::jthread signaller([] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    ::kill(::getpid(), SIGUSR1);
  });
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(2, Status::stopped)));
  EXPECT_TRUE(stop.isStopRequested());
  ::sigaction(SIGUSR1, &before, nullptr);
}

TEST(WaitSet, ToldOfADetachedRoleSaysSo) {
  Rings rings(1);
  Consumer<Tick> moved = std::move(rings.consumers[0]);
  WaitSet set;
  rings.joinAll(set);
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::detached)));
  set.add(moved);
  ChildProcess child([&] {
    const auto found = foundBy(set.wait());
    return found == std::vector{Found(0, Status::detached), Found(1, Status::detached)} ||
                   found == std::vector{Found(1, Status::detached), Found(0, Status::detached)}
               ? 0
               : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice
