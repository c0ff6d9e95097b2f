// Percentiles of times that a clock with steps has measured.
#include "comparison/percentiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace sluice::bench {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;

TEST(Percentiles, AreThoseOfAllTimes) {
  std::vector<std::uint32_t> times(1000);
  std::iota(times.rbegin(), times.rend(), 0U);
  EXPECT_THAT(percentilesOf(times), ElementsAre(DoubleNear(500, 1), DoubleNear(900, 1),
                                                DoubleNear(990, 1), DoubleNear(999, 1)));
}

TEST(Percentiles, SpreadEqualTimesEvenly) {
  // Three quarters at 80 and the last at 90: the median is two thirds of the way through the 80s,
  // which lie between 75 and 85.
  std::vector<std::uint32_t> times(1000, 80);
  std::fill_n(times.begin(), 250, 90);
  times[999] = 70;
  EXPECT_THAT(percentilesOf(times)[0], DoubleNear(75 + 10 * 2.0 / 3, 0.1));
}

TEST(Percentiles, OfEqualTimesAreThatTime) {
  std::vector<std::uint32_t> times(10, 80);
  EXPECT_THAT(percentilesOf(times), Each(80));
}

}  // namespace
}  // namespace sluice::bench
