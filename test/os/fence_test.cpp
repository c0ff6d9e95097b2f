#include "sluice/detail/fence.hpp"

#include <gtest/gtest.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "os/futex.hpp"
#include "sluice/detail/processor.hpp"
#include "support/child_process.hpp"
#include "support/shared_object.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;

bool kernelOffersMembarrier() {
  const long offered = ::syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  return offered >= 0 && (offered & MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED) != 0;
}

TEST(Membarrier, EveryRegistrationAnswersWhatTheKernelCan) {
  EXPECT_EQ(registerForMembarrier(), kernelOffersMembarrier());
  EXPECT_EQ(registerForMembarrier(), kernelOffersMembarrier());
}

TEST(Membarrier, AForkedChildIsRegisteredAsItsParent) {
  constexpr int getRegistrations = 1 << 9;  // Linux 6.3
  if (::syscall(SYS_membarrier, getRegistrations, 0, 0) < 0)
    GTEST_SKIP() << "this kernel does not tell of registrations";
  ASSERT_TRUE(registerForMembarrier());
  ChildProcess child([] {
    const long registered = ::syscall(SYS_membarrier, getRegistrations, 0, 0);
    const bool inherited = (registered & MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED) != 0;
    return inherited && registerForMembarrier() ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Membarrier, ARefusedOneIsSaidToBeMissing) {
  // A program of its own, because a process asks the kernel only once.
  ChildProcess child([] {
    ::execl(SLUICE_TEST_PROGRAMS_DIR "/refused_calls", "refused_calls", "membarrier", "EPERM",
            nullptr);
    return 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Membarrier, AFilterThatIsPutOnLaterMakesFencesFail) {
  ChildProcess child([] {
    ::execl(SLUICE_TEST_PROGRAMS_DIR "/refused_calls", "refused_calls", "membarrier-later", "EPERM",
            nullptr);
    return 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

/// Two words, and which process is where; a cache line each, as in a segment.
struct StoreBuffering {
  alignas(128) std::atomic<std::uint32_t> cursor{0};
  alignas(128) std::atomic<std::uint32_t> doorbell{0};
  alignas(128) std::atomic<std::uint32_t> round{0};
  alignas(128) std::atomic<std::uint32_t> published{0};
  std::atomic<std::uint32_t> seenByPublisher{0};
};

/// The publisher's side of `rounds` races: it stores the cursor and then looks at the doorbell.
int publish(StoreBuffering& shared, WakeProtocol protocol, std::uint32_t rounds) {
  if (protocol == WakeProtocol::membarrier && !registerForMembarrier()) return 1;
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    for (int spins = 0; shared.round.load(std::memory_order_acquire) != round; ++spins)
      if (spins > 1000) yieldProcessor();
    shared.cursor.store(round, std::memory_order_relaxed);
    lightFence(protocol);
    const auto seen = shared.doorbell.load(std::memory_order_relaxed);
    shared.seenByPublisher.store(seen, std::memory_order_relaxed);
    shared.published.store(round, std::memory_order_release);
  }
  return 0;
}

/// The sleeper's side; how often neither saw the other.
int countMisses(StoreBuffering& shared, WakeProtocol protocol, std::uint32_t rounds) {
  int misses = 0;
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    shared.round.store(round, std::memory_order_release);
    // Without some delay the publisher always comes second.
    for (std::uint32_t delay = round % 64; delay != 0; --delay)
      spinHint();
    shared.doorbell.store(round, std::memory_order_relaxed);
    if (!heavyFence(protocol)) return -1;
    const auto seen = shared.cursor.load(std::memory_order_relaxed);
    for (int spins = 0; shared.published.load(std::memory_order_acquire) != round; ++spins)
      if (spins > 1000) yieldProcessor();
    if (seen != round && shared.seenByPublisher.load(std::memory_order_relaxed) != round) ++misses;
  }
  return misses;
}

class Fences : public ::testing::TestWithParam<WakeProtocol> {};

TEST_P(Fences, OfTwoProcessesThatStoreAndThenLookOneSeesTheOther) {
  if (GetParam() == WakeProtocol::membarrier && !registerForMembarrier())
    GTEST_SKIP() << "this kernel has no membarrier";
  constexpr std::uint32_t rounds = 50'000;
  const testing::SharedObject<StoreBuffering> shared;
  ChildProcess publisher([&] { return publish(*shared, GetParam(), rounds); });
  EXPECT_EQ(countMisses(*shared, GetParam(), rounds), 0);
  EXPECT_EQ(publisher.wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(Protocol, Fences,
                         ::testing::Values(WakeProtocol::fence, WakeProtocol::membarrier),
                         [](const auto& protocol) {
                           return protocol.param == WakeProtocol::fence ? std::string("Fence")
                                                                        : std::string("Membarrier");
                         });

}  // namespace
}  // namespace sluice::detail
