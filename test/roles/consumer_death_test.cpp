// What a consumer's death means for the producer, for its successor and for those that run after
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "format/segment_view.hpp"
#include "segment/segment_name.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

/// A consumer in another process that commits `commits` records and says so, then stays.
ChildProcess commitAndStay(const SegmentName& name, ConsumerOptions options, std::uint64_t commits,
                           const SharedNumber& committed) {
  return ChildProcess([&name, options, commits, &committed] {
    auto in = Consumer<Tick>::attach(name.str(), options).value();
    while (committed.get() < commits) {
      const auto batch = in.wait();
      const std::size_t n = std::min<std::size_t>(batch.size(), commits - committed.get());
      if (in.commit(n) != Status::ok) return 1;
      committed.set(committed.get() + n);
      if (n < batch.size()) break;
    }
    for (;;)
      ::pause();
    return 0;
  });
}

/// What the first row says of where its consumer is.
void setCursor(const SegmentName& name, Sequence sequence) {
  auto segment = openChecked(name.path(), detail::Access::readWrite).value();
  const std::uint64_t row = segment.geometry.section(detail::SectionId::consumers).offset;
  ASSERT_TRUE(segment.file.write(row + offsetof(detail::ConsumerPage, cursor),
                                 std::as_bytes(std::span(&sequence, 1))));
}

TEST(ReleasedConsumer, AProducerAsleepOnItGoesOnWhenItIsKilled) {
  SegmentName name;
  auto ring = create(name, 4);
  SharedNumber committed;
  ChildProcess reader = commitAndStay(name, {.name = "risk"}, 2, committed);
  ASSERT_EQ(ring.waitForConsumers({"risk"}, 60s), Status::ok);
  publish(ring, 0, 6);
  std::jthread killer([&] {
    testing::eventually([] { return testing::isAsleepOnFutex(::getpid()); });
    reader.signal(SIGKILL);
  });
  publish(ring, 6, 20);
  EXPECT_EQ(ring.lastPublished(), 19u);
}

TEST(HeldConsumer, OneThatDiedWhileItJoinedHoldsNothing) {
  SegmentName name;
  auto ring = create(name, 8);
  SharedNumber committed;
  ChildProcess joiner =
      commitAndStay(name, {.name = "risk", .onDeath = OnDeath::hold}, 0, committed);
  ASSERT_EQ(ring.waitForConsumers({"risk"}, 60s), Status::ok);
  joiner.signal(SIGKILL);
  ASSERT_EQ(joiner.wait(), -1000 - SIGKILL);

  // As if it had died before it stored where it joins.
  setCursor(name, noSequence - 8);
  for (std::uint64_t number = 0; number < 9; ++number) {
    ASSERT_EQ(ring.claimOne(60s).status(), Status::ok) << number;
    ring.publish();
  }
}

TEST(ReleasedConsumer, ItsSuccessorIsToldWhatTheNameWasNeverGiven) {
  SegmentName name;
  auto ring = create(name, 4);
  SharedNumber committed;
  ChildProcess reader = commitAndStay(name, {.name = "risk"}, 2, committed);
  ASSERT_EQ(ring.waitForConsumers({"risk"}, 60s), Status::ok);
  publish(ring, 0, 4);
  ASSERT_TRUE(committed.reaches(2));
  reader.signal(SIGKILL);
  ASSERT_EQ(reader.wait(), -1000 - SIGKILL);
  publish(ring, 4, 10);
  const auto successor = Consumer<Tick>::attach(name.str(), {.name = "risk"}).value();
  EXPECT_EQ(successor.lost().first, 2u);
  EXPECT_EQ(successor.lost().count, 8u);
  EXPECT_EQ(successor.next(), 10u);
}

TEST(HeldConsumer, GatesAfterItsDeathAndASuccessorGoesOnAtTheCommit) {
  SegmentName name;
  auto ring = create(name, 8);
  SharedNumber committed;
  const ConsumerOptions options{.name = "journal", .onDeath = OnDeath::hold};
  ChildProcess reader = commitAndStay(name, options, 3, committed);
  ASSERT_EQ(ring.waitForConsumers({"journal"}, 60s), Status::ok);
  publish(ring, 0, 8);
  ASSERT_TRUE(committed.reaches(3));
  reader.signal(SIGKILL);
  ASSERT_EQ(reader.wait(), -1000 - SIGKILL);

  publish(ring, 8, 11);
  EXPECT_EQ(ring.claimOne(WaitLimit(300ms)).status(), Status::timedOut);

  auto successor = Consumer<Tick>::attach(name.str(), options).value();
  EXPECT_EQ(successor.next(), 3u);
  EXPECT_EQ(successor.lost().count, 0u);
  std::uint64_t next = 3;
  while (next < 11) {
    for (const Tick& tick : successor.wait())
      EXPECT_EQ(tick.number, next++);
    EXPECT_EQ(successor.commit(), Status::ok);
  }
  publish(ring, 11, 12);
}

TEST(HeldConsumer, ASuccessorOfASuccessorGoesOnToo) {
  SegmentName name;
  auto ring = create(name, 64);
  const ConsumerOptions options{.name = "journal", .onDeath = OnDeath::hold};
  for (std::uint64_t life = 0; life < 5; ++life) {
    SharedNumber committed;
    ChildProcess reader = commitAndStay(name, options, 2, committed);
    ASSERT_EQ(ring.waitForConsumers({"journal"}, 60s), Status::ok);
    publish(ring, 4 * life, 4 * life + 4);
    ASSERT_TRUE(committed.reaches(2));
    reader.signal(SIGKILL);
    ASSERT_EQ(reader.wait(), -1000 - SIGKILL);
  }
  const auto last = Consumer<Tick>::attach(name.str(), options).value();
  EXPECT_EQ(last.next(), 10u);
}

TEST(HeldConsumer, IsKeptWhenItsDestructorRuns) {
  SegmentName name;
  auto ring = create(name, 4);
  { const auto in = Consumer<Tick>::attach(name.str(), {.name = "a", .onDeath = OnDeath::hold}); }
  publish(ring, 0, 4);
  EXPECT_EQ(ring.claimOne(1ms).status(), Status::timedOut);
  auto next = Consumer<Tick>::attach(name.str(), {.name = "a", .onDeath = OnDeath::hold}).value();
  EXPECT_EQ(next.wait().size(), 4u);
  EXPECT_EQ(next.lost().count, 0u);
}

TEST(HeldConsumer, IsGivenUpWhenItResigns) {
  SegmentName name;
  auto ring = create(name, 4);
  auto in = Consumer<Tick>::attach(name.str(), {.name = "a", .onDeath = OnDeath::hold}).value();
  in.resign();
  publish(ring, 0, 20);
  EXPECT_EQ(in.wait().status(), Status::evicted);
  EXPECT_EQ(in.commit(), Status::evicted);
  EXPECT_TRUE(Consumer<Tick>::attach(name.str(), {.name = "a"}));
}

TEST(HeldConsumer, NeedsAName) {
  SegmentName name;
  auto ring = create(name, 4);
  const auto in = Consumer<Tick>::attach(name.str(), {.onDeath = OnDeath::hold});
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(in.error().field, "onDeath");
}

TEST(HeldConsumer, ADeadOneIsNotTakenForOneThatHasJoined) {
  SegmentName name;
  auto ring = create(name, 4);
  SharedNumber committed;
  ChildProcess reader = commitAndStay(name, {.name = "a", .onDeath = OnDeath::hold}, 0, committed);
  ASSERT_EQ(ring.waitForConsumers({"a"}, 60s), Status::ok);
  reader.signal(SIGKILL);
  ASSERT_EQ(reader.wait(), -1000 - SIGKILL);
  EXPECT_EQ(ring.waitForConsumers({"a"}, 1ms), Status::timedOut);
}

TEST(JoiningConsumer, TellsWhoWaitsForItOnceMoreWhenItHasStoredWhereItBegins) {
  SegmentName name;
  const auto ring = create(name, 8);
  auto segment = openChecked(name.path(), detail::Access::readOnly).value();
  const auto membership = [&] {
    std::uint32_t count = 0;
    const auto at = segment.geometry.section(detail::SectionId::doorbells).offset +
                    offsetof(detail::Membership, count);
    EXPECT_TRUE(segment.file.read(at, std::as_writable_bytes(std::span(&count, 1))));
    return count;
  };
  const std::uint32_t before = membership();
  const auto in = Consumer<Tick>::attach(name.str()).value();
  EXPECT_EQ(membership() - before, 2u);
}

TEST(JoiningConsumer, HasJoinedOnceItHasStoredWhereItBegins) {
  SegmentName name;
  auto ring = create(name, 8);
  const auto in = Consumer<Tick>::attach(name.str(), {.name = "risk"}).value();
  setCursor(name, noSequence - 8);
  EXPECT_EQ(ring.waitForConsumers({"risk"}, 1ms), Status::timedOut);
  setCursor(name, noSequence);
  EXPECT_EQ(ring.waitForConsumers({"risk"}, 60s), Status::ok);
}

TEST(DeadRows, AFullTableOfThemHasRoomButNotForHeldOnes) {
  SegmentName name;
  auto ring = create(name, 4, 3);
  std::vector<ChildProcess> readers;
  SharedNumber committed;
  readers.push_back(commitAndStay(name, {.name = "a"}, 0, committed));
  readers.push_back(commitAndStay(name, {.name = "b"}, 0, committed));
  readers.push_back(commitAndStay(name, {.name = "c", .onDeath = OnDeath::hold}, 0, committed));
  ASSERT_EQ(ring.waitForConsumers({"a", "b", "c"}, 60s), Status::ok);
  for (ChildProcess& reader : readers) {
    reader.signal(SIGKILL);
    ASSERT_EQ(reader.wait(), -1000 - SIGKILL);
  }
  const auto first = Consumer<Tick>::attach(name.str()).value();
  const auto second = Consumer<Tick>::attach(name.str()).value();
  const auto third = Consumer<Tick>::attach(name.str());
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::full);
  EXPECT_THAT(third.error().message(), ::testing::HasSubstr("held"));
  EXPECT_TRUE(Consumer<Tick>::attach(name.str(), {.name = "c"}));
}

TEST(RunsAfterADeadOne, DrainsToItsCommitAndThenLearnsIt) {
  SegmentName name;
  auto ring = create(name, 16);
  SharedNumber committed;
  ChildProcess first = commitAndStay(name, {.name = "first"}, 3, committed);
  ASSERT_EQ(ring.waitForConsumers({"first"}, 60s), Status::ok);
  auto second = Consumer<Tick>::attach(name.str(), {.after = {"first"}}).value();
  publish(ring, 0, 8);
  ASSERT_TRUE(committed.reaches(3));
  first.signal(SIGKILL);
  std::uint64_t seen = 0;
  for (auto batch = second.wait(); batch; batch = second.wait())
    seen += batch.size();
  EXPECT_EQ(second.status(), Status::peerDied);
  EXPECT_EQ(seen, 3u);
}

TEST(RunsAfterADeadOne, ThatIsHeldWaitsForItsSuccessor) {
  SegmentName name;
  auto ring = create(name, 16);
  SharedNumber committed;
  const ConsumerOptions options{.name = "first", .onDeath = OnDeath::hold};
  ChildProcess first = commitAndStay(name, options, 3, committed);
  ASSERT_EQ(ring.waitForConsumers({"first"}, 60s), Status::ok);
  auto second = Consumer<Tick>::attach(name.str(), {.after = {"first"}}).value();
  publish(ring, 0, 8);
  ASSERT_TRUE(committed.reaches(3));
  first.signal(SIGKILL);
  ASSERT_EQ(first.wait(), -1000 - SIGKILL);
  std::uint64_t seen = 0;
  while (seen < 3)
    seen += second.wait().size();
  EXPECT_EQ(second.wait(300ms).status(), Status::timedOut);
  auto successor = Consumer<Tick>::attach(name.str(), options).value();
  EXPECT_EQ(successor.wait().size(), 5u);
  EXPECT_EQ(successor.commit(), Status::ok);
  while (seen < 8)
    seen += second.wait().size();
}

}  // namespace
}  // namespace sluice
