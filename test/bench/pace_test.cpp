// The number of records follows a system's speed.
#include "support/pace.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace sluice::bench {
namespace {

using namespace std::chrono_literals;

/// What it takes after some runs of a system that needs that long for a record.
Pace after(int runs, Pace pace, std::chrono::nanoseconds each) {
  for (int run = 0; run < runs; ++run)
    pace.learn(each * static_cast<std::int64_t>(pace.records()));
  return pace;
}

TEST(Pace, FindsARunsLength) {
  EXPECT_EQ(after(4, Pace(30ms, 1000), 10ns).records(), 3'000'000U);
  EXPECT_EQ(after(4, Pace(30ms, 1000), 30us).records(), 1000U);
  EXPECT_EQ(after(4, Pace(30ms, 1000), 1ms).records(), 30U);
}

TEST(Pace, IsKnownOnceARunWasNotVeryShort) {
  EXPECT_FALSE(after(0, Pace(30ms, 1000), 10ns).isKnown());
  EXPECT_FALSE(after(1, Pace(30ms, 1000), 10ns).isKnown());
  EXPECT_TRUE(after(1, Pace(30ms, 1000), 1us).isKnown());
  EXPECT_TRUE(after(4, Pace(30ms, 1000), 10ns).isKnown());
}

TEST(Pace, DoesNotTrustAVeryShortRun) {
  EXPECT_LE(after(1, Pace(30ms, 1000), 0ns).records(), 100'000U);
}

TEST(Pace, NeverTakesFewerThanTheLeast) {
  EXPECT_EQ(after(3, Pace(30ms, 1000, 1000), 1ms).records(), 1000U);
}

}  // namespace
}  // namespace sluice::bench
