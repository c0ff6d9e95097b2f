// Time in which a process did not run.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "segment/participant.hpp"
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
using std::chrono::nanoseconds;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

nanoseconds now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

/// A producer and a consumer, a process each, with a full ring of four between them: the consumer
/// has read all of it and committed nothing, and the producer claims no more until it is told to.
class FullRing {
 public:
  explicit FullRing(nanoseconds evictAfter)
      : producer_([this] { return fillAndGoOn(); }),
        consumer_([this, evictAfter] { return readAndCommit(evictAfter); }) {
    EXPECT_TRUE(hasRead_.reaches(1));
    segment_.emplace(detail::Participant::openAsObserver(name_.path(), {}, {}).value());
  }

  ChildProcess& consumer() { return consumer_; }

  /// Lets the producer claim the fifth slot.
  void letClaim() const { mayClaim_.set(1); }
  bool hasGoneOn() const { return hasGoneOn_.get() == 1; }
  bool goesOn() const { return hasGoneOn_.reaches(1); }
  bool waitsAsleep() const { return testing::fallsAsleep(producer_.pid()); }

  /// Stops both for that long. Returns once the producer has looked at the consumer again.
  void freeze(std::chrono::milliseconds time) {
    signal(SIGSTOP);
    const std::uint64_t before = sleeps();
    const nanoseconds end = now() + time;
    EXPECT_TRUE(testing::eventually([&] { return now() >= end; }));
    signal(SIGCONT);
    EXPECT_TRUE(testing::eventually([&] { return sleeps() > before || hasGoneOn(); }));
  }

  /// How the consumer's commit of what it has read goes.
  Status commit() {
    mayCommit_.set(1);
    return static_cast<Status>(consumer_.wait());
  }

 private:
  int fillAndGoOn() const {
    auto ring = create(name_, 4);
    if (ring.waitForConsumers({"reader"}, 60s) != Status::ok) return 1;
    publish(ring, 0, 4);
    if (!mayClaim_.reaches(1)) return 2;
    publish(ring, 4);
    hasGoneOn_.set(1);
    for (;;)
      ::pause();
  }
  int readAndCommit(nanoseconds evictAfter) const {
    const ConsumerOptions options{.name = "reader", .evictAfter = evictAfter, .appearWithin = 60s};
    auto in = Consumer<Tick>::attach(name_.str(), options).value();
    for (std::uint64_t seen = 0; seen < 4;) {
      const auto batch = in.wait(60s);
      if (!batch) return -1;
      seen += batch.size();
    }
    hasRead_.set(1);
    return mayCommit_.reaches(1) ? static_cast<int>(in.commit()) : -1;
  }

  void signal(int number) const {
    for (const ChildProcess* process : {&consumer_, &producer_})
      process->signal(number);
  }
  std::uint64_t sleeps() const {
    return segment_->view().producer().sleeps.load(std::memory_order_relaxed);
  }

  SegmentName name_;
  SharedNumber mayClaim_;
  SharedNumber hasGoneOn_;
  SharedNumber hasRead_;
  SharedNumber mayCommit_;
  ChildProcess producer_;
  ChildProcess consumer_;
  std::optional<detail::Participant> segment_;
};

/// What came of it that both were frozen while the producer waited.
struct Thaw {
  Status committed;
  nanoseconds ran;  ///< at most: how long the two were not frozen meanwhile
};

Thaw freezeTogether(nanoseconds evictAfter, int times, std::chrono::milliseconds each) {
  FullRing ring(evictAfter);
  const nanoseconds begin = now();
  ring.letClaim();
  EXPECT_TRUE(ring.waitsAsleep());
  for (int i = 0; i < times; ++i)
    ring.freeze(each);
  const Status committed = ring.commit();
  EXPECT_TRUE(ring.goesOn());
  return {committed, now() - begin - times * each};
}

/// A machine that lets the two run for half of the time, or the consumer not at all, tells nothing:
/// then it is tried again. A gap in which both are frozen counts for an eighth of the time.
void expectNoStall(nanoseconds evictAfter, int times, std::chrono::milliseconds each) {
  ASSERT_GT(times * each, evictAfter);
  ASSERT_LE(times, 4);
  EXPECT_TRUE(testing::eventually([&] {
    const Thaw thaw = freezeTogether(evictAfter, times, each);
    if (thaw.committed == Status::ok) return true;
    EXPECT_EQ(thaw.committed, Status::evicted);
    EXPECT_GE(thaw.ran, evictAfter / 2) << "evicted for the time in which both were frozen";
    return ::testing::Test::HasFailure();
  }));
}

TEST(FrozenTogether, IsNoStallOfTheConsumer) {
  expectNoStall(2s, 1, 3s);
}

TEST(FrozenTogether, AgainAndAgainIsNoStallEither) {
  expectNoStall(4s, 4, 1200ms);
}

TEST(FrozenConsumer, AloneIsEvictedAfterItsTime) {
  FullRing ring(100ms);
  ring.consumer().signal(SIGSTOP);
  ring.letClaim();
  EXPECT_TRUE(ring.goesOn());
  ring.consumer().signal(SIGCONT);
  EXPECT_EQ(ring.commit(), Status::evicted);
}

}  // namespace
}  // namespace sluice
