// A consumer stays away from a dense stream, and never from a single record.
#include "sluice/detail/lull.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace sluice {
namespace {

using namespace std::chrono_literals;
using detail::Lull;

constexpr WaitStrategy spinning = WaitStrategy::busySpin();
constexpr Lull::Time longest = spinning.longestLull();

/// As many as make it worth staying away for that time.
std::uint64_t enoughFor(Lull::Time time) {
  return static_cast<std::uint64_t>(time / Lull::sparsest) + 1;
}

/// Where it is after a dense stream of some length.
Lull longLull() {
  Lull lull{0, spinning};
  for (int i = 0; i < 10; ++i)
    lull.after(1'000'000);
  return lull;
}

TEST(Lull, NobodyStaysAwayFromRecordsThatComeOneAtATime) {
  Lull lull{0, spinning};
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(lull.after(1), 0ns);
  EXPECT_EQ(lull.after(0), 0ns);
}

TEST(Lull, ADenseStreamIsLeftAloneForLongerEachTimeUpToALimit) {
  Lull lull{0, spinning};
  auto before = lull.after(2);
  EXPECT_EQ(before, Lull::shortest);
  while (before != longest) {
    const auto now = lull.after(enoughFor(before));
    ASSERT_EQ(now, std::min(2 * before, longest));
    before = now;
  }
  EXPECT_EQ(lull.after(1'000'000), longest);
}

TEST(Lull, WhenTheStreamGrowsThinEachRecordIsLookedForAgain) {
  Lull lull = longLull();
  EXPECT_EQ(lull.after(enoughFor(longest) - 1), 0ns);
  EXPECT_EQ(lull.after(1), 0ns);
}

TEST(Lull, ABurstIsAtMostAboutAsLateAsItIsLong) {
  Lull lull = longLull();
  EXPECT_EQ(lull.after(0), 0ns);
  EXPECT_EQ(lull.after(5), Lull::shortest) << "a new burst begins with the shortest";
}

TEST(Lull, NoNumberOfRecordsIsTooLarge) {
  Lull lull{0, spinning};
  lull.after(~std::uint64_t{0});
  EXPECT_EQ(lull.after(~std::uint64_t{0}), 2 * Lull::shortest);
}

TEST(Lull, WhoMayNotStayAwayNeverDoes) {
  Lull lull{0, WaitStrategy::sleepAtOnce()};
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(lull.after(1'000'000), 0ns);
}

}  // namespace
}  // namespace sluice
