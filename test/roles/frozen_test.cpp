// Time in which a process did not run.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>

#include "roles/awaited_commit.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
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

/// Passes that much time while the caller does something else than to sleep.
void spend(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  EXPECT_TRUE(testing::eventually([&] { return std::chrono::steady_clock::now() >= end; }));
}

/// A producer that fills a ring of four and waits for room for the fifth record.
ChildProcess fillAndGoOn(const SegmentName& name, const SharedNumber& published) {
  return ChildProcess([&] {
    auto ring = create(name, 4);
    if (ring.waitForConsumers({"reader"}, 60s) != Status::ok) return 1;
    publish(ring, 0, 4);
    published.set(4);
    publish(ring, 4);
    published.set(5);
    for (;;)
      ::pause();
    return 0;
  });
}

/// A consumer that commits what it has read once it is told to, and says how that went.
ChildProcess readAndCommit(const SegmentName& name, std::chrono::nanoseconds evictAfter,
                           const SharedNumber& mayCommit, const SharedNumber& isReading) {
  return ChildProcess([&name, &mayCommit, &isReading, evictAfter] {
    auto in = Consumer<Tick>::attach(
                  name.str(), {.name = "reader", .evictAfter = evictAfter, .appearWithin = 60s})
                  .value();
    std::uint64_t seen = 0;
    while (seen < 4)
      seen += in.wait().size();
    isReading.set(1);
    if (!mayCommit.reaches(1)) return 1;
    return static_cast<int>(in.commit());
  });
}

TEST(FrozenTogether, IsNoStallOfTheConsumer) {
  SegmentName name;
  SharedNumber published;
  SharedNumber mayCommit;
  SharedNumber isReading;
  ChildProcess producer = fillAndGoOn(name, published);
  ChildProcess consumer = readAndCommit(name, 2s, mayCommit, isReading);
  ASSERT_TRUE(isReading.reaches(1));
  ASSERT_TRUE(testing::fallsAsleep(producer.pid()));
  for (ChildProcess* process : {&consumer, &producer})
    process->signal(SIGSTOP);
  spend(3s);
  for (ChildProcess* process : {&consumer, &producer})
    process->signal(SIGCONT);
  mayCommit.set(1);
  EXPECT_EQ(consumer.wait(), static_cast<int>(Status::ok));
  EXPECT_TRUE(published.reaches(5));
}

TEST(FrozenTogether, AgainAndAgainIsNoStallEither) {
  SegmentName name;
  SharedNumber published;
  SharedNumber mayCommit;
  SharedNumber isReading;
  ChildProcess producer = fillAndGoOn(name, published);
  ChildProcess consumer = readAndCommit(name, 4s, mayCommit, isReading);
  ASSERT_TRUE(isReading.reaches(1));
  ASSERT_TRUE(testing::fallsAsleep(producer.pid()));
  for (int round = 0; round < 4; ++round) {
    for (ChildProcess* process : {&consumer, &producer})
      process->signal(SIGSTOP);
    spend(1200ms);
    for (ChildProcess* process : {&consumer, &producer})
      process->signal(SIGCONT);
    spend(1ms);
  }
  mayCommit.set(1);
  EXPECT_EQ(consumer.wait(), static_cast<int>(Status::ok));
}

TEST(FrozenConsumer, AloneIsEvictedAfterItsTime) {
  SegmentName name;
  SharedNumber published;
  SharedNumber mayCommit;
  SharedNumber isReading;
  ChildProcess producer = fillAndGoOn(name, published);
  ChildProcess consumer = readAndCommit(name, 100ms, mayCommit, isReading);
  ASSERT_TRUE(isReading.reaches(1));
  consumer.signal(SIGSTOP);
  EXPECT_TRUE(published.reaches(5));
  consumer.signal(SIGCONT);
  mayCommit.set(1);
  EXPECT_EQ(consumer.wait(), static_cast<int>(Status::evicted));
}

/// The time of a stall by a clock of the test's.
class CountedStall : public ::testing::Test {
 protected:
  static constexpr std::chrono::nanoseconds allowed = 800ms;

  void look(std::chrono::milliseconds after) {
    now_ += after;
    stall_.count(now_, allowed);
  }
  bool isOver() const { return stall_.isOver(allowed); }
  std::chrono::nanoseconds lasted() const { return stall_.lasted; }
  std::chrono::nanoseconds untilNextLook() const { return stall_.lookAgainAt(allowed) - now_; }

 private:
  SegmentName name_;
  Producer<Tick> ring_ = create(name_, 4);
  detail::Participant participant_ =
      detail::Participant::openAsObserver(name_.path(), {}, {}).value();
  detail::Stall stall_{participant_, {0, 1}, 0};
  detail::TimePoint now_ = std::chrono::steady_clock::now();
};

TEST_F(CountedStall, BeginsAtTheFirstLook) {
  EXPECT_EQ(lasted(), 0ns);
  look(10s);
  EXPECT_EQ(lasted(), 0ns);
  look(30ms);
  EXPECT_EQ(lasted(), 30ms);
}

TEST_F(CountedStall, IsOverOnceTheGapsBetweenTheLooksAreThatLong) {
  look(0ms);
  for (int i = 0; i < 26; ++i) {
    EXPECT_FALSE(isOver()) << i;
    look(30ms);
  }
  EXPECT_FALSE(isOver());
  EXPECT_EQ(untilNextLook(), 20ms);
  look(20ms);
  EXPECT_TRUE(isOver());
}

TEST_F(CountedStall, AGapThatIsLongerThanThePlannedSleepCountsAsThat) {
  look(0ms);
  EXPECT_EQ(untilNextLook(), 100ms);
  for (int i = 0; i < 8; ++i) {
    EXPECT_FALSE(isOver()) << i;
    look(10s);
  }
  EXPECT_TRUE(isOver());
}

}  // namespace
}  // namespace sluice
