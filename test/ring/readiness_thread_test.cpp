// What the thread that makes descriptors readable does between a clear() and the next, one step at
// a time.
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "late_sleeper.hpp"
#include "os/futex.hpp"
#include "sluice/detail/time_point.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/readable.hpp"
#include "waiting/ready_descriptor.hpp"
#include "waiting/sleeping_thread.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;
using testing::becomesReadable;
using testing::eventually;
using testing::isReadable;

/// The one thread of that name.
bool isAsleep(const char* name) {
  const auto threads = testing::threadsOfName(name);
  return threads.size() == 1 && testing::isAsleepOnFutex(threads.front());
}

/// As the kernel does at a death.
void wakeOne(const std::atomic<std::uint32_t>& word) {
  ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

class ReadinessThread : public ::testing::Test {
 protected:
  static WatchedWord watched(const std::atomic<std::uint32_t>& word, bool isLifeline = false) {
    return {{&word, word.load()}, isLifeline};
  }
  void arm(const WatchedWord& one) { descriptor_.ringWhen({&one, 1}, forever); }
  static bool isAsleep() { return detail::isAsleep("sluice-ready"); }
  /// To be moved to where it is already finds the sleeper, and leaves it asleep.
  static bool sleepsOn(const std::atomic<std::uint32_t>& word) {
    constexpr long most = 1;
    return eventually([&word] {
      return ::syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE, 0, most, &word, word.load()) == 1 &&
             isAsleep();
    });
  }
  int ringsPending() const {
    int bytes = 0;
    EXPECT_EQ(::ioctl(descriptor_.number(), FIONREAD, &bytes), 0);
    return bytes;
  }

  ReadyDescriptor descriptor_ = ReadyDescriptor::open().value();
  std::atomic<std::uint32_t> word_{1};
};

TEST_F(ReadinessThread, SeesWhatHasChangedBeforeItIsAsked) {
  const WatchedWord before = watched(word_);
  word_ = 2;  // nobody wakes it for that
  arm(before);
  EXPECT_TRUE(becomesReadable(descriptor_.number()));
}

TEST_F(ReadinessThread, RingsOnceForAllThatComes) {
  std::atomic<std::uint32_t> other{1};
  const std::array words{watched(word_), watched(other)};
  descriptor_.ringWhen(words, forever);
  ASSERT_TRUE(sleepsOn(other));
  word_ = 2;
  EXPECT_EQ(wakeAll(&word_), 1);
  EXPECT_TRUE(becomesReadable(descriptor_.number()));
  EXPECT_TRUE(eventually([&] { return wakeAll(&other) == 0; }));
  other = 2;
  EXPECT_EQ(wakeAll(&other), 0);
  EXPECT_EQ(ringsPending(), 1);
  descriptor_.ring();
  EXPECT_EQ(ringsPending(), 1);
  descriptor_.clear();
  EXPECT_EQ(ringsPending(), 0);
}

TEST_F(ReadinessThread, RingsNobodyForWhatAnotherAskedFor) {
  auto other = ReadyDescriptor::open().value();
  std::atomic<std::uint32_t> otherWord{1};
  const WatchedWord others = watched(otherWord);
  other.ringWhen({&others, 1}, forever);
  arm(watched(word_));
  ASSERT_TRUE(sleepsOn(word_));
  otherWord = 2;
  EXPECT_EQ(wakeAll(&otherWord), 1);
  EXPECT_TRUE(becomesReadable(other.number()));
  EXPECT_TRUE(sleepsOn(word_));
  EXPECT_FALSE(isReadable(descriptor_.number()));
}

TEST_F(ReadinessThread, DropsAWordThatWakesItUnarmed) {
  arm(watched(word_));
  ASSERT_TRUE(sleepsOn(word_));
  descriptor_.clear();
  word_ = 2;
  EXPECT_EQ(wakeAll(&word_), 1);
  EXPECT_TRUE(eventually(isAsleep));
  EXPECT_EQ(wakeAll(&word_), 0);
  EXPECT_FALSE(isReadable(descriptor_.number()));
}

TEST_F(ReadinessThread, IsOffTheWordsThatWereReleased) {
  arm(watched(word_));
  ASSERT_TRUE(sleepsOn(word_));
  descriptor_.release();
  EXPECT_EQ(wakeAll(&word_), 0);
  word_ = 2;
  EXPECT_FALSE(isReadable(descriptor_.number()));
}

/// The kernel wakes one sleeper of several, and this thread came first.
TEST_F(ReadinessThread, PassesOnADeathThoughItsDescriptorIsNoLongerArmed) {
  std::atomic<std::uint32_t> lifeline{17};
  arm(watched(lifeline, true));
  ASSERT_TRUE(sleepsOn(lifeline));
  descriptor_.clear();
  lifeline = LateSleeper::markedLifeline;
  LateSleeper other(lifeline);
  ASSERT_TRUE(other.fallsAsleep());
  wakeOne(lifeline);
  EXPECT_TRUE(other.isWoken());
}

TEST(SleepingThreads, PassOnADeathThoughNobodyHasAskedSince) {
  std::atomic<std::uint32_t> news{0};
  std::atomic<std::uint32_t> lifeline{17};
  SleepingThread thread(news);
  const WatchedWord watched{{&lifeline, 17}, true};
  ASSERT_TRUE(thread.sleepOn({&watched, 1}));
  ASSERT_TRUE(eventually([] { return isAsleep("sluice-sleeper"); }));
  lifeline = LateSleeper::markedLifeline;
  LateSleeper other(lifeline);
  ASSERT_TRUE(other.fallsAsleep());
  wakeOne(lifeline);
  EXPECT_TRUE(other.isWoken());
}

}  // namespace
}  // namespace sluice::detail
