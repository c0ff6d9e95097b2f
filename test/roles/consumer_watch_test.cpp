#include "roles/consumer_watch.hpp"

#include <gtest/gtest.h>

#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice::detail {
namespace {

TEST(ConsumerWatch, ThatAsksAnotherQuestionIsDueWhenThatOneIs) {
  testing::SegmentName name;
  const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  const auto observer = Participant::openAsObserver(name.path(), {}, {}).value();
  ConsumerWatch watch(observer, 0);
  EXPECT_EQ(watch.askAgainAt(), forever);
  // A row that is held, and whose next consumer lets it go.
  EXPECT_FALSE(watch.isGone(true, 0));
  const TimePoint whileHeld = watch.askAgainAt();
  EXPECT_NE(whileHeld, forever);
  EXPECT_FALSE(watch.isGone(false, 0));
  EXPECT_NE(watch.askAgainAt(), whileHeld) << "a time that passes without a look is never slept to";
}

}  // namespace
}  // namespace sluice::detail
