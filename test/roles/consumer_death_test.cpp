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
#include "segment/checked_file.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/overwrite.hpp"
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
  const auto segment = openChecked(name.path()).value();
  const std::uint64_t row = segment.geometry.section(detail::SectionId::consumers).offset;
  testing::overwrite(name.path().string(), row + offsetof(detail::ConsumerPage, cursor),
                     std::as_bytes(std::span(&sequence, 1)));
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

TEST(ReleasedConsumer, ThatBeganBeforeWhatItsNameWasOwedAndCommittedNothingOwesAllOfIt) {
  SegmentName name;
  auto ring = create(name, 64);
  const auto joinAndDie = [&](StartAt startAt) {
    const SharedNumber attached;
    ChildProcess reader([&] {
      const auto in = Consumer<Tick>::attach(name.str(), {.name = "risk", .startAt = startAt});
      attached.set(1);
      for (;;)
        ::pause();
      return 0;
    });
    EXPECT_TRUE(attached.reaches(1));
    reader.signal(SIGKILL);
    EXPECT_EQ(reader.wait(), -1000 - SIGKILL);
  };
  publish(ring, 0, 10);
  joinAndDie(StartAt::latest);
  publish(ring, 10, 15);
  joinAndDie(StartAt::oldest);
  const auto in = Consumer<Tick>::attach(name.str(), {.name = "risk"}).value();
  EXPECT_EQ(in.lost().first, 0u);
  EXPECT_EQ(in.lost().count, 15u);
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

TEST(JoiningConsumer, TellsWhoWaitsForItOnceMoreWhenItHasStoredWhereItBegins) {
  SegmentName name;
  const auto ring = create(name, 8);
  auto segment = openChecked(name.path()).value();
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

TEST(JoiningConsumer, IsSeenThoughItWasStoppedBeforeItCouldSayThatItHasJoined) {
  SegmentName name;
  auto ring = create(name, 8);
  const auto in = Consumer<Tick>::attach(name.str(), {.name = "risk"}).value();
  setCursor(name, noSequence - 8);
  SharedNumber waiting;
  ChildProcess asleep([&] {
    auto successor = Producer<Tick>::open(name.str(), {.takeOverWithin = 60s}).value();
    waiting.set(1);
    return static_cast<int>(successor.waitForConsumers({"risk"}, 60s));
  });
  { const auto left = std::move(ring); }
  ASSERT_TRUE(waiting.reaches(1));
  ASSERT_TRUE(testing::fallsAsleep(asleep.pid()));
  setCursor(name, noSequence);  // and nobody is told
  EXPECT_EQ(asleep.wait(10s), static_cast<int>(Status::ok));
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

}  // namespace
}  // namespace sluice
