// What is said, and how often, while the servers are away.
#include "patience.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace shm_bridge {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using ::testing::HasSubstr;

TEST(Patience, SaysWhyItWaitsAndThatItsWaitIsOver) {
  Wakeup wakeup;
  Patience patience(wakeup);
  ::testing::internal::CaptureStderr();
  EXPECT_TRUE(patience.wait("nobody answers"));
  EXPECT_TRUE(patience.wait("nobody answers"));
  patience.end("connected to it");
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(said,
            "shm-bridge: waiting for NATS, 0 s by now: nobody answers\n"
            "shm-bridge: connected to it\n");
}

TEST(Patience, WithAServerThatTakesConnectionsAndDropsThemTellsItOnceAndAsksLessAndLess) {
  Wakeup wakeup;
  Patience patience(wakeup);
  ::testing::internal::CaptureStderr();
  const auto begin = Clock::now();
  int rounds = 0;
  for (; Clock::now() - begin < 1s; ++rounds) {
    EXPECT_TRUE(patience.wait("dropped"));
    patience.end("connected");
  }
  const auto fives = (Clock::now() - begin) / 5s;
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_LE(std::ranges::count(said, '\n'), 2 + 2 * fives) << said;
  EXPECT_LE(rounds, 7) << "the pauses double from 20 ms";
}

TEST(Patience, IsOverWhenTheBridgeIsAskedToEnd) {
  Wakeup wakeup;
  Patience patience(wakeup);
  wakeup.requestEnd();
  ::testing::internal::CaptureStderr();
  EXPECT_FALSE(patience.wait("nobody answers"));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("nobody answers"));
}

}  // namespace
}  // namespace shm_bridge
