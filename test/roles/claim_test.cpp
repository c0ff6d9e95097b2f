// Claims and publishes in any order, one at a time and many at once, against what they should give.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::SegmentName;

/// A producer and a consumer of one ring, and where both have got to.
template <class L>
class Mix {
 public:
  Mix(std::uint64_t capacity, const ConsumerOptions& options)
      : maxBatch_(options.maxBatch),
        ring_(Producer<Tick, L>::create(name_.str(), {.capacity = capacity}).value()),
        in_(Consumer<Tick, L>::attach(name_.str(), options).value()) {}

  void claimOne() {
    if (isFull()) return;
    ring_.claimOne() = Tick::of(claimed_++);
  }

  void claimMany(std::uint64_t n) {
    if (isFull()) return;
    const auto batch = ring_.claimUpTo(n, WaitLimit::now());
    ASSERT_EQ(batch.empty(), n == 0);
    ASSERT_EQ(batch.first(), claimed_);
    const std::uint64_t untilWrap = ring_.capacity() - claimed_ % ring_.capacity();
    const std::uint64_t free = ring_.capacity() - (claimed_ - committed_);
    ASSERT_EQ(batch.size(), std::min({n, free, untilWrap}));
    for (Tick& tick : batch)
      tick = Tick::of(claimed_++);
  }

  void publish() {
    ASSERT_EQ(ring_.publish(), Status::ok);
    published_ = claimed_;
  }

  void publishSome(std::uint64_t n) {
    ASSERT_EQ(ring_.publishFirst(n), Status::ok);
    published_ += std::min(n, claimed_ - published_);
  }

  void read() {
    const std::uint64_t untilWrap = ring_.capacity() - committed_ % ring_.capacity();
    const std::uint64_t there = std::min({published_ - committed_, untilWrap, maxBatch_});
    // A poll may leave out its look for a moment, a wait may not.
    const auto batch = there == 0 ? in_.tryWait() : in_.wait();
    ASSERT_EQ(batch.size(), there);
    for (const Tick& tick : batch) {
      ASSERT_TRUE(tick.isWhole());
      ASSERT_EQ(tick.number, committed_++);
    }
    ASSERT_EQ(in_.commit(), Status::ok);
  }

  void isAsExpected() const {
    ASSERT_EQ(ring_.lastClaimed() + 1, claimed_);
    ASSERT_EQ(ring_.lastPublished() + 1, published_);
  }

 private:
  bool isFull() const noexcept { return claimed_ - committed_ == ring_.capacity(); }

  std::uint64_t maxBatch_;
  SegmentName name_;
  Producer<Tick, L> ring_;
  Consumer<Tick, L> in_;
  std::uint64_t claimed_ = 0;
  std::uint64_t published_ = 0;
  std::uint64_t committed_ = 0;
};

class Claims : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  template <class L>
  static void mixAnything(const ConsumerOptions& options = {}) {
    Mix<L> mix(GetParam(), options);
    std::mt19937 random(static_cast<std::uint32_t>(GetParam()));
    for (int step = 0; step < 20'000 && !HasFatalFailure(); ++step) {
      const std::uint64_t n = random() % (GetParam() + 2);
      switch (random() % 8) {
        case 0:
          mix.claimMany(n);
          break;
        case 1:
          mix.publishSome(n);
          break;
        case 2:
        case 3:
          mix.publish();
          break;
        case 4:
          mix.read();
          break;
        default:
          mix.claimOne();
      }
      mix.isAsExpected();
    }
  }
};

TEST_P(Claims, GiveEverySlotOnceWhateverIsMixed) {
  mixAnything<stamped>();
  mixAnything<packed>();
}

TEST_P(Claims, AreReadInBatchesOfTheSizeAskedFor) {
  for (const std::uint64_t maxBatch : {1U, 2U, 3U, 5U, 256U}) {
    for (const auto evictAfter : {0h, 1h}) {
      SCOPED_TRACE(::testing::Message() << maxBatch << ", evicted after " << evictAfter.count());
      const ConsumerOptions options{.evictAfter = evictAfter, .maxBatch = maxBatch};
      mixAnything<stamped>(options);
      mixAnything<packed>(options);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Capacity, Claims, ::testing::Values(1U, 2U, 8U, 64U, 1024U));

}  // namespace
}  // namespace sluice
