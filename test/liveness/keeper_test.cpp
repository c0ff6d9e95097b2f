#include "liveness/keeper.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sluice/result.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/other_user.hpp"
#include "support/system_call_filter.hpp"
#include "support/threads_after_fork.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;

bool signalIsBlocked(int number) {
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return ::sigismember(&mask, number) == 1;
}

TEST(Keeper, RunsJobsOnAQuietThreadOfItsOwn) {
  std::array<char, 16> name{};
  std::thread::id thread;
  bool quiet = false;
  Keeper::ofThisProcess().run([&] {
    ::pthread_getname_np(::pthread_self(), name.data(), name.size());
    thread = std::this_thread::get_id();
    quiet = signalIsBlocked(SIGTERM) && signalIsBlocked(SIGINT) && signalIsBlocked(SIGUSR1);
  });
  EXPECT_STREQ(name.data(), "sluice-keeper");
  EXPECT_NE(thread, std::this_thread::get_id());
  EXPECT_TRUE(quiet);
  EXPECT_FALSE(signalIsBlocked(SIGTERM)) << "the caller's mask is as it was";
}

TEST(Keeper, IsOneAProcess) {
  Keeper* const first = &Keeper::ofThisProcess();
  Keeper* other = nullptr;
  std::thread([&] { other = &Keeper::ofThisProcess(); }).join();
  EXPECT_EQ(other, first);
}

TEST(Keeper, ThrowsTheJobsExceptionToItsCaller) {
  Keeper& keeper = Keeper::ofThisProcess();
  EXPECT_THROW(keeper.run([] { throw std::out_of_range("a job's"); }), std::out_of_range);
  bool ran = false;
  keeper.run([&] { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(Keeper, RunsTheJobsOfManyThreadsOneAfterAnother) {
  constexpr int callers = 4;
  constexpr int jobs = 500;
  int sum = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i)
    threads.emplace_back([&] {
      for (int job = 0; job < jobs; ++job)
        Keeper::ofThisProcess().run([&] { ++sum; });
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(sum, callers * jobs);
}

TEST(Keeper, ThreadsThatStartItTogetherGetTheSame) {
  ChildProcess child([] {
    std::array<Keeper*, 4> seen{};
    std::vector<std::thread> threads;
    for (Keeper*& keeper : seen)
      threads.emplace_back([&keeper] {
        keeper = &Keeper::ofThisProcess();
        keeper->run([] {});
      });
    for (std::thread& thread : threads)
      thread.join();
    for (const Keeper* keeper : seen)
      if (keeper != seen[0]) return 1;
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Keeper, AForkedChildGetsItsOwnAndLosesNoMemory) {
  // A thread that has yet to start could hold the sanitizer's own locks over the fork.
  Keeper::ofThisProcess().run([] {});
  // Not as a pointer, or a leak checker would find the parent's keeper through it.
  const auto hidden = ~reinterpret_cast<std::uintptr_t>(&Keeper::ofThisProcess());
  ChildProcess child([&] {
    if (~reinterpret_cast<std::uintptr_t>(&Keeper::ofThisProcess()) == hidden) return 1;
    pid_t process = 0;
    Keeper::ofThisProcess().run([&] { process = ::getpid(); });
    // An ordinary exit, so that a leak checker looks.
    std::exit(process == ::getpid() ? 0 : 2);
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Keeper, AChildForkedInTheMiddleOfAJobGetsItsOwn) {
#if defined(SLUICE_THREAD_SANITIZER)
  GTEST_SKIP() << "ThreadSanitizer takes a child's thread for the parent's on the same stack";
#endif
  const testing::SharedNumber step;
  std::thread caller([&] {
    Keeper::ofThisProcess().run([&] {
      step.set(1);
      EXPECT_TRUE(step.reaches(2));
    });
  });
  ASSERT_TRUE(step.reaches(1));
  {
    ChildProcess child([] {
      bool ran = false;
      Keeper::ofThisProcess().run([&] { ran = true; });
      return ran ? 0 : 1;
    });
    EXPECT_EQ(child.wait(), 0);
  }
  step.set(2);
  caller.join();
}

std::size_t threads() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}));
}

TEST(Keeper, EndsWhenNothingIsTiedToItAndComesBackForTheNextJob) {
  ChildProcess child([] {
    // A sanitizer starts a thread of its own beside the first of a process.
    std::thread([] {}).join();
    const std::size_t before = threads();
    Keeper::ofThisProcess().run([] {});
    if (!testing::eventually([&] { return threads() == before; })) return 1;
    bool ran = false;
    Keeper::ofThisProcess().run([&] { ran = true; });
    return ran ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Keeper, IsAnOrdinaryThreadWhateverItsStarterIs) {
  ChildProcess child([] {
    cpu_set_t before;
    ::sched_getaffinity(0, sizeof before, &before);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (unsigned processor = 0; CPU_COUNT(&one) == 0; ++processor)
      if (CPU_ISSET(processor, &before)) CPU_SET(processor, &one);
    const sched_param none{};
    if (::sched_setaffinity(0, sizeof one, &one) != 0) return 1;
    if (::sched_setscheduler(0, SCHED_BATCH, &none) != 0) return 2;
    int policy = -1;
    cpu_set_t its;
    Keeper::ofThisProcess().run([&] {
      policy = ::sched_getscheduler(0);
      ::sched_getaffinity(0, sizeof its, &its);
    });
    return policy == SCHED_OTHER && CPU_EQUAL(&its, &before) ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Keeper, IsAsItsStarterWhereAFilterRefusesAnythingElse) {
  ChildProcess child([] {
    testing::forbidSystemCall(SYS_sched_setscheduler, testing::Refusal::withError(EPERM));
    testing::forbidSystemCall(SYS_sched_setaffinity, testing::Refusal::withError(EPERM));
    bool ran = false;
    Keeper::ofThisProcess().run([&] { ran = true; });
    return ran ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Keeper, SaysSoWhereNoThreadCanBeStarted) {
  ChildProcess child([] {
    testing::becomeAnotherUser();
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_NPROC, &none);
    try {
      Keeper::ofThisProcess().run([] {});
    } catch (const Exception& exception) {
      const bool said = exception.error().field == "thread (sluice-keeper)" &&
                        !exception.error().advice.empty() && !signalIsBlocked(SIGTERM);
      return said ? 0 : 1;
    }
    return 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice::detail
