// How long a consumer has stalled, by the gaps between the producer's looks.
#include <gtest/gtest.h>

#include <chrono>

#include "roles/awaited_commit.hpp"
#include "segment/participant.hpp"
#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::SegmentName;

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
