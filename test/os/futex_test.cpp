#include "os/futex.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <vector>

#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::eventually;
using Clock = std::chrono::steady_clock;

constexpr long futexWaitvCall = 449;

/// Eight words that processes share, seen through a writable and a read-only mapping.
class SharedWords {
 public:
  SharedWords() {
    const int file = ::memfd_create("words", MFD_CLOEXEC);
    EXPECT_EQ(::ftruncate(file, size), 0);
    writable_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    readOnly_ = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    ::close(file);
  }
  ~SharedWords() {
    ::munmap(writable_, size);
    ::munmap(readOnly_, size);
  }
  SharedWords(const SharedWords&) = delete;
  SharedWords& operator=(const SharedWords&) = delete;

  std::atomic<std::uint32_t>& operator[](std::size_t i) const {
    return static_cast<std::atomic<std::uint32_t>*>(writable_)[i];
  }
  const void* readOnly(std::size_t i) const {
    return static_cast<const std::atomic<std::uint32_t>*>(readOnly_) + i;
  }

 private:
  static constexpr std::size_t size = 4096;
  void* writable_ = nullptr;
  void* readOnly_ = nullptr;
};

Sleep sleepOnOne(const void* word, std::uint32_t value, TimePoint deadline) {
  const FutexExpectation expectation{word, value};
  return sleepOn({&expectation, 1}, deadline);
}

int exitOf(Sleep sleep) {
  return sleep == Sleep::woken ? 0 : 1;
}

bool isAsleep(const ChildProcess& child) {
  return testing::isBlockedIn(child.pid(), SYS_futex) ||
         testing::isBlockedIn(child.pid(), futexWaitvCall);
}

TEST(SleepOn, AValueThatDiffersEndsItAtOnce) {
  const SharedWords words;
  words[0].store(1, std::memory_order_relaxed);
  EXPECT_EQ(sleepOnOne(&words[0], 0, forever), Sleep::woken);
  const std::array<FutexExpectation, 2> both{{{&words[0], 0}, {&words[1], 0}}};
  EXPECT_EQ(sleepOn(both, forever), Sleep::woken);
}

TEST(SleepOn, ReturnsOnceTheDeadlineHasPassedAndNotBefore) {
  const SharedWords words;
  const std::array<FutexExpectation, 2> both{{{&words[0], 0}, {&words[1], 0}}};
  for (const std::size_t count : {1u, 2u}) {
    const auto deadline = Clock::now() + 30ms;
    // A sleep may end early for no reason, but then it does not say that its time is over.
    while (sleepOn(std::span(both).first(count), deadline) == Sleep::woken) {
    }
    EXPECT_GE(Clock::now(), deadline);
  }
}

TEST(SleepOn, MakesNoSystemCallWhenTheDeadlineHasPassed) {
  ChildProcess child([] {
    const SharedWords words;
    const std::array<FutexExpectation, 2> both{{{&words[0], 0}, {&words[1], 0}}};
    testing::forbidSystemCall(SYS_futex, testing::Refusal::byDeath());
    testing::forbidSystemCall(futexWaitvCall, testing::Refusal::byDeath());
    const bool over = sleepOn(both, Clock::now()) == Sleep::timedOut &&
                      sleepOn(std::span(both).first(1), Clock::now() - 1s) == Sleep::timedOut &&
                      sleepOn(both, TimePoint{}) == Sleep::timedOut &&
                      sleepOn(both, TimePoint::min()) == Sleep::timedOut;
    return over ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(WakeAll, WakesEverybodyInEveryProcess) {
  const SharedWords words;
  const std::array<FutexExpectation, 2> both{{{&words[1], 0}, {&words[0], 0}}};
  std::vector<ChildProcess> children;
  for (int i = 0; i < 2; ++i)
    children.emplace_back([&] { return exitOf(sleepOnOne(&words[0], 0, forever)); });
  if (sleepsOnSeveralWords()) children.emplace_back([&] { return exitOf(sleepOn(both, forever)); });
  for (const ChildProcess& child : children)
    ASSERT_TRUE(eventually([&] { return isAsleep(child); }));
  EXPECT_EQ(wakeAll(&words[0]), static_cast<int>(children.size()));
  for (ChildProcess& child : children)
    EXPECT_EQ(child.wait(), 0);
}

TEST(WakeAll, AndTheSleepersMayHaveReadOnlyMappings) {
  const SharedWords words;
  ChildProcess child([&] { return exitOf(sleepOnOne(words.readOnly(0), 0, forever)); });
  ASSERT_TRUE(eventually([&] { return isAsleep(child); }));
  EXPECT_EQ(wakeAll(words.readOnly(0)), 1);
  EXPECT_EQ(child.wait(), 0);
}

TEST(WakeAll, FindsNobodyWhereNobodySleeps) {
  const SharedWords words;
  EXPECT_EQ(wakeAll(&words[0]), 0);
  EXPECT_EQ(wakeAll(nullptr), 0);
}

TEST(SleepOn, AnyOfSeveralWordsEndsIt) {
  if (!sleepsOnSeveralWords()) GTEST_SKIP() << "this kernel has no futex_waitv";
  const SharedWords words;
  for (std::size_t rung = 0; rung < maxFutexWords; ++rung) {
    ChildProcess child([&] {
      std::array<FutexExpectation, maxFutexWords> all{};
      for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = {words.readOnly(i), 0};
      return exitOf(sleepOn(all, forever));
    });
    ASSERT_TRUE(eventually([&] { return isAsleep(child); }));
    EXPECT_EQ(wakeAll(&words[rung]), 1);
    EXPECT_EQ(child.wait(), 0);
  }
}

TEST(SleepOn, ASignalEndsIt) {
  const SharedWords words;
  ChildProcess child([&] {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGUSR1, &action, nullptr);
    return exitOf(sleepOnOne(&words[0], 0, forever));
  });
  ASSERT_TRUE(eventually([&] { return isAsleep(child); }));
  child.signal(SIGUSR1);
  EXPECT_EQ(child.wait(), 0);
}

class WithoutFutexWaitv : public ::testing::TestWithParam<const char*> {};

TEST_P(WithoutFutexWaitv, SleepsOnTheFirstWordAlone) {
  // A program of its own, because a process asks the kernel only once.
  ChildProcess child([] {
    ::execl(SLUICE_TEST_PROGRAMS_DIR "/refused_calls", "refused_calls", "futex_waitv", GetParam(),
            nullptr);
    return 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_P(WithoutFutexWaitv, AFilterThatIsPutOnLaterEndsOneSleepEarly) {
  ChildProcess child([] {
    ::execl(SLUICE_TEST_PROGRAMS_DIR "/refused_calls", "refused_calls", "futex_waitv-later",
            GetParam(), nullptr);
    return 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(RefusedWith, WithoutFutexWaitv, ::testing::Values("ENOSYS", "EPERM"),
                         [](const auto& refusal) { return std::string(refusal.param); });

}  // namespace
}  // namespace sluice::detail
