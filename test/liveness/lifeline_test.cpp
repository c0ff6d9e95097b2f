#include "liveness/lifeline.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

#include "liveness/keeper.hpp"
#include "os/futex.hpp"
#include "support/child_process.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;

constexpr std::uint32_t ownerDied = 0x4000'0000U;
constexpr std::uint32_t hasWaiters = 0x8000'0000U;

/// A private page and then a shared one, as a segment has them.
class Lifelines : public ::testing::Test {
 protected:
  using Word = std::atomic<std::uint32_t>;
  static constexpr std::size_t page = RobustList::nodeDistance;

  Lifelines() {
    ::mmap(base_, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  }
  ~Lifelines() override { ::munmap(base_, 2 * page); }

  Word& word(std::size_t number = 0) const {
    return *reinterpret_cast<Word*>(base_ + page + 16 * number);
  }
  bool becomesMarked(std::size_t number = 0) const {
    return testing::eventually(
        [&] { return (word(number).load(std::memory_order_acquire) & ownerDied) != 0; });
  }
  bool isTied(std::size_t number = 0) const {
    const std::uint32_t value = word(number).load(std::memory_order_acquire);
    return (value & hasWaiters) != 0 && (value & ownerDied) == 0;
  }

 private:
  std::byte* base_ = static_cast<std::byte*>(
      ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
};

TEST_F(Lifelines, AreMarkedWhateverEndsTheProcess) {
  for (const int how : {SIGKILL, SIGABRT, SIGSEGV, 0}) {
    ChildProcess child([&] {
      const Lifeline lifeline(word());
      if (how != 0) ::raise(how);
      ::_exit(0);
      return 0;
    });
    EXPECT_TRUE(becomesMarked()) << how;
    child.wait();
    EXPECT_FALSE(isTied());
    word().store(0, std::memory_order_relaxed);
  }
}

TEST_F(Lifelines, ASleeperIsWokenByTheDeath) {
  ChildProcess child([&] {
    const Lifeline lifeline(word());
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(testing::eventually([&] { return isTied(); }));
  const FutexExpectation alive{&word(), word().load(std::memory_order_acquire)};
  std::jthread killer([&] { child.signal(SIGKILL); });
  EXPECT_EQ(sleepOn({&alive, 1}, std::chrono::steady_clock::now() + 100s), Sleep::woken);
  EXPECT_TRUE(becomesMarked());
}

TEST_F(Lifelines, ManyAreAllMarked) {
  ChildProcess child([&] {
    std::vector<Lifeline> lifelines;
    for (std::size_t number = 0; number < 65; ++number)
      lifelines.emplace_back(word(number));
    lifelines.erase(lifelines.begin() + 7);
    ::raise(SIGKILL);
    return 0;
  });
  child.wait();
  for (std::size_t number = 0; number < 65; ++number)
    EXPECT_EQ(word(number).load(std::memory_order_acquire) & ownerDied,
              number == 7 ? 0 : ownerDied);
}

TEST_F(Lifelines, AreZeroOnceDestroyedAndThenNothingIsMarked) {
  ChildProcess child([&] {
    {
      const Lifeline lifeline(word());
      if (!isTied()) return 1;
    }
    return word().load(std::memory_order_acquire) == 0 ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(word().load(std::memory_order_acquire), 0u);
}

TEST_F(Lifelines, OfAParentAreNotTheForkedChilds) {
  const Lifeline lifeline(word());
  ChildProcess child([&] {
    Lifeline copy;
    copy = std::move(const_cast<Lifeline&>(lifeline));
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(isTied());
}

TEST_F(Lifelines, AreZeroWhereThereAreNoRobustFutexes) {
  ChildProcess child([&] {
    testing::forbidSystemCall(SYS_set_robust_list, testing::Refusal::withError(EPERM));
    const Lifeline lifeline(word());
    return word().load(std::memory_order_acquire) == 0 ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice::detail
