// System calls that a filter refuses only after they have worked.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/system_call_filter.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;

TEST(LateFilter, OfMembarrierLetsNobodyJoinAndSaysWhy) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  SegmentName name;
  auto ring = create(name, 8);
  ChildProcess reader([&] {
    if (!Consumer<Tick>::attach(name.str(), {.name = "before"})) return 1;
    testing::forbidSystemCall(SYS_membarrier, testing::Refusal::withError(EPERM));
    const auto after = Consumer<Tick>::attach(name.str(), {.name = "after"});
    if (after || after.error().code != ErrorCode::incompatible) return 2;
    return after.error().field == "wakeProtocol" ? 0 : 3;
  });
  EXPECT_EQ(reader.wait(), 0);
  publish(ring, 0, 20);  // nobody holds the ring
}

TEST(LateFilter, OfMembarrierAndFutexWaitvEndsNoStream) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  constexpr std::uint64_t records = 200;
  constexpr long futexWaitv = 449;
  SegmentName name;
  auto ring = create(name, 4);
  ChildProcess reader([&] {
    auto in = Consumer<Tick>::attach(name.str(),
                                     {.name = "late", .waitStrategy = WaitStrategy::sleepAtOnce()})
                  .value();
    testing::forbidSystemCall(SYS_membarrier, testing::Refusal::withError(EPERM));
    testing::forbidSystemCall(futexWaitv, testing::Refusal::withError(ENOSYS));
    std::uint64_t next = 0;
    while (const auto batch = in.wait()) {
      for (const Tick& tick : batch)
        if (tick.number != next++) return 1;
      in.commit();
    }
    return next == records ? 0 : 2;
  });
  ASSERT_EQ(ring.waitForConsumers({"late"}, 60s), Status::ok);
  publish(ring, 0, records);
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
}

}  // namespace
}  // namespace sluice
