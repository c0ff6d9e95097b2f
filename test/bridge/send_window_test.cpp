// What is published and not yet known to be stored.
#include "send_window.hpp"

#include <gtest/gtest.h>

namespace shm_bridge {
namespace {

TEST(SendWindow, KnowsTheSequenceThatEachMessageExpects) {
  SendWindow window({8, 1000});
  window.begin(41);
  EXPECT_TRUE(window.isIdle());
  EXPECT_EQ(window.expected(), 41u);
  window.add(10, 100);
  EXPECT_EQ(window.expected(), 42u);
  window.add(20, 100);
  EXPECT_EQ(window.expected(), 43u);
  EXPECT_FALSE(window.isIdle());
}

TEST(SendWindow, TakesOneThatIsStoredForAllBeforeIt) {
  SendWindow window({8, 1000});
  window.begin(0);
  for (const sluice::Sequence next : {10U, 20U, 30U})
    window.add(next, 1);
  EXPECT_EQ(window.store(2).next, 20u);
  const auto again = window.store(1);
  EXPECT_TRUE(again.isOurs);
  EXPECT_FALSE(again.next) << "it was known";
  EXPECT_EQ(window.store(3).next, 30u);
  EXPECT_TRUE(window.isIdle());
}

TEST(SendWindow, DoesNotTakeASequenceThatItNeverPublished) {
  SendWindow window({8, 1000});
  window.begin(5);
  window.add(10, 1);
  EXPECT_FALSE(window.store(7).isOurs);
  EXPECT_EQ(window.store(6).next, 10u) << "and is as before";
}

TEST(SendWindow, HasBoundsOfMessagesAndOfBytesAndTakesOneMessageOfAnySize) {
  SendWindow window({2, 100});
  window.begin(0);
  EXPECT_TRUE(window.hasRoom());
  window.add(1, 10);
  EXPECT_TRUE(window.hasRoom());
  window.add(2, 10);
  EXPECT_FALSE(window.hasRoom());
  window.begin(0);
  window.add(1, 5000);
  EXPECT_FALSE(window.hasRoom());
  window.store(1);
  EXPECT_TRUE(window.hasRoom());
}

}  // namespace
}  // namespace shm_bridge
