// What a producer's death means for its consumers and for its successor.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "segment/checked_file.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/overwrite.hpp"
#include "support/sanitizers.hpp"
#include "support/scratch_directory.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

/// A producer in another process that publishes `count` records once "reader" has joined, claims
/// and writes three more, and stays. Tells when it has created, and when it has done all that.
ChildProcess publishAndStay(const SegmentName& name, std::uint64_t count, const SharedNumber& step,
                            ProducerOptions options = {.capacity = 16}) {
  return ChildProcess([&name, count, &step, options] {
    auto ring = Producer<Tick>::createOrOpen(name.str(), options).value();
    step.set(1);
    if (ring.waitForConsumers({"reader"}, 60s) != Status::ok) return 1;
    publish(ring, 0, count);
    for (Tick& tick : ring.claimUpTo(3))
      tick = {count, count};
    step.set(2);
    for (;;)
      ::pause();
    return 0;
  });
}

std::vector<std::uint64_t> drain(Consumer<Tick>& in) {
  std::vector<std::uint64_t> numbers;
  for (auto batch = in.wait(); batch; batch = in.wait()) {
    for (const Tick& tick : batch)
      numbers.push_back(tick.isWhole() ? tick.number : ~std::uint64_t{0});
    if (in.commit() != Status::ok) break;
  }
  return numbers;
}

TEST(DeadProducer, ConsumersDrainWhatIsPublishedAndThenLearnIt) {
  for (const WaitStrategy strategy : {WaitStrategy::sleepAtOnce(), WaitStrategy::busySpin()}) {
    SegmentName name;
    SharedNumber step;
    ChildProcess producer = publishAndStay(name, 5, step);
    ASSERT_TRUE(step.reaches(1));
    auto in = Consumer<Tick>::attach(name.str(), {.name = "reader", .waitStrategy = strategy});
    ASSERT_TRUE(in);
    ASSERT_TRUE(step.reaches(2));
    std::jthread killer([&] { producer.signal(SIGKILL); });
    EXPECT_EQ(drain(*in), (std::vector<std::uint64_t>{0, 1, 2, 3, 4}));
    EXPECT_EQ(in->status(), Status::peerDied);
  }
}

TEST(DeadProducer, SuccessorsGoOnAtExactlyTheNextAndWhoStayedSeesOneStream) {
  SegmentName name;
  SharedNumber step;
  ChildProcess first = publishAndStay(name, 5, step);
  ChildProcess second([&] {
    if (!step.reaches(2)) return 1;
    auto ring = Producer<Tick>::open(name.str(), {.takeOverWithin = 60s}).value();
    if (ring.lastPublished() != 4 || ring.lastClaimed() != 4) return 1;
    publish(ring, 5, 40);
    ring.close();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  auto in = Consumer<Tick>::attach(name.str(),
                                   {.name = "reader", .withoutProducer = WithoutProducer::stay})
                .value();
  ASSERT_TRUE(step.reaches(2));
  std::jthread killer([&] { first.signal(SIGKILL); });
  const auto numbers = drain(in);
  ASSERT_EQ(numbers.size(), 40u);
  for (std::uint64_t i = 0; i < numbers.size(); ++i)
    EXPECT_EQ(numbers[i], i);
  EXPECT_EQ(in.status(), Status::closed);
  EXPECT_EQ(second.wait(), 0);
}

TEST(DeadProducer, AStampBeyondTheCursorIsPublishedForEverybody) {
  SegmentName name;
  SharedNumber step;
  ChildProcess producer = publishAndStay(name, 5, step);
  ASSERT_TRUE(step.reaches(1));
  auto in = Consumer<Tick>::attach(name.str(), {.name = "reader"}).value();
  ASSERT_TRUE(step.reaches(2));
  producer.signal(SIGKILL);
  ASSERT_EQ(producer.wait(), -1000 - SIGKILL);

  // As if it had died between the stamp of record 5 and its cursor.
  const auto segment = detail::openChecked(name.path()).value();
  using Slot = detail::FixedSlot<Tick, stamped>;
  const std::uint64_t slot =
      segment.geometry.section(detail::SectionId::ring).offset + 5 * segment.geometry.stride;
  const Tick record = Tick::of(5);
  const std::uint64_t stamp = detail::stampOf(5);
  const std::string path = name.path().string();
  testing::overwrite(path, slot + Slot::offset, std::as_bytes(std::span(&record, 1)));
  testing::overwrite(path, slot, std::as_bytes(std::span(&stamp, 1)));

  EXPECT_EQ(drain(in), (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(in.status(), Status::peerDied);
  const auto successor = Producer<Tick>::open(name.str()).value();
  EXPECT_EQ(successor.lastPublished(), 5u);
}

TEST(DeadProducer, WhatWasClaimedAndNotPublishedIsNeverSeen) {
  SegmentName name;
  SharedNumber step;
  ChildProcess producer = publishAndStay(name, 5, step);
  ASSERT_TRUE(step.reaches(1));
  auto in = Consumer<Tick>::attach(name.str(),
                                   {.name = "reader", .withoutProducer = WithoutProducer::stay})
                .value();
  ASSERT_TRUE(step.reaches(2));
  producer.signal(SIGKILL);
  auto ring = Producer<Tick>::open(name.str(), {.takeOverWithin = 60s}).value();
  publish(ring, 5, 6);
  ring.close();
  EXPECT_EQ(drain(in), (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5}));
}

TEST(Exec, IsADeathAndAFailedOneIsNot) {
  SegmentName name;
  SharedNumber step;
  ChildProcess producer([&] {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 16}).value();
    ::execl("/nowhere", "nowhere", nullptr);
    step.set(1);
    if (ring.waitForConsumers({"reader"}, 60s) != Status::ok) return 1;
    publish(ring, 0, 2);
    ::execl("/bin/sleep", "sleep", "100", nullptr);
    return 2;
  });
  ASSERT_TRUE(step.reaches(1));
  auto in = Consumer<Tick>::attach(name.str(), {.name = "reader"}).value();
  EXPECT_EQ(drain(in), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(in.status(), Status::peerDied);
}

TEST(Abort, WithACoreDumpBeingWrittenLosesNothing) {
  SegmentName name;
  SharedNumber step;
  const testing::ScratchDirectory scratch;
  ChildProcess producer([&] {
    // A sanitizer's shadow would make a dump of terabytes.
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    if (!testing::sanitized) ::setrlimit(RLIMIT_CORE, &unlimited);
    // Where dumps are files of the working directory, they go away with it.
    if (::chdir(scratch.path().c_str()) != 0) return 1;
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 16}).value();
    step.set(1);
    if (ring.waitForConsumers({"reader"}, 60s) != Status::ok) return 2;
    publish(ring, 0, 5);
    step.set(2);
    ::abort();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  auto in = Consumer<Tick>::attach(name.str(), {.name = "reader"}).value();
  EXPECT_EQ(drain(in), (std::vector<std::uint64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(in.status(), Status::peerDied);
  EXPECT_EQ(Producer<Tick>::open(name.str())->lastPublished(), 4u);
}

TEST(Thread, ThatEndsIsNoDeath) {
  SegmentName name;
  std::unique_ptr<Producer<Tick>> ring;
  std::jthread([&] {
    ring = std::make_unique<Producer<Tick>>(
        Producer<Tick>::create(name.str(), {.capacity = 16}).value());
  }).join();
  auto in = Consumer<Tick>::attach(name.str()).value();
  EXPECT_EQ(in.wait(600ms).status(), Status::timedOut);
  publish(*ring, 0, 1);
  EXPECT_EQ(in.wait().size(), 1u);
}

TEST(ForkedChild, OfAKilledProducerDoesNotKeepItAlive) {
  for (const bool rawClone : {false, true}) {
    SegmentName name;
    SharedNumber step;
    SharedNumber grandchild;
    ChildProcess producer([&] {
      auto ring = Producer<Tick>::create(name.str(), {.capacity = 16}).value();
      const long child =
          rawClone ? ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr) : ::fork();
      if (child == 0) {
        { const auto copy = std::move(ring); }
        step.set(1);
        for (;;)
          ::pause();
      }
      grandchild.set(static_cast<std::uint64_t>(child));
      if (ring.waitForConsumers({"reader"}, 60s) != Status::ok) return 1;
      publish(ring, 0, 2);
      step.reaches(1);
      ::raise(SIGKILL);
      return 0;
    });
    ASSERT_TRUE(testing::eventually([&] { return grandchild.get() != 0; }));
    auto in = Consumer<Tick>::attach(name.str(), {.name = "reader"}).value();
    EXPECT_EQ(drain(in), (std::vector<std::uint64_t>{0, 1}));
    EXPECT_EQ(in.status(), Status::peerDied);
    ::kill(static_cast<pid_t>(grandchild.get()), SIGKILL);
  }
}

}  // namespace
}  // namespace sluice
