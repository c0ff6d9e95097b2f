// Waits in every form: what they return, and why they return nothing.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <thread>

#include "conformance/conformance.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

template <class P>
class Waits : public Conformance<P> {
 protected:
  /// Requests the stop once this process is asleep over `wait`.
  template <class Wait>
  static Status stopWhileAsleep(const Wait& wait) {
    std::stop_source stop;
    const pid_t waiter = ::getpid();
    std::jthread stopper([&] {
      testing::eventually([&] { return testing::isAsleepOnFutex(waiter); });
      stop.request_stop();
    });
    return wait(stop.get_token());
  }
};
TYPED_TEST_SUITE(Waits, PortsAndMessages, PortName);

TYPED_TEST(Waits, SayInEveryFormWhyTheyAreEmpty) {
  auto ring = this->create({.capacity = 2});
  auto in = this->attach();
  EXPECT_EQ(in.status(), Status::ok);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(in.tryWait().status(), Status::timedOut);
  EXPECT_EQ(in.wait(WaitLimit::now()).status(), Status::timedOut);
  const auto begun = Clock::now();
  EXPECT_EQ(in.wait(5ms).status(), Status::timedOut);
  EXPECT_GE(Clock::now() - begun, 5ms);
  const auto deadline = Clock::now() + 5ms;
  const auto batch = in.wait(deadline);
  EXPECT_GE(Clock::now(), deadline);
  EXPECT_EQ(batch.status(), Status::timedOut);
  EXPECT_EQ(batch.first(), 0u) << "the one that would come next";
  EXPECT_EQ(in.status(), Status::timedOut);
  EXPECT_EQ(in.wait(stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(in.wait({60s, stop.get_token()}).status(), Status::stopped);
  EXPECT_EQ(in.status(), Status::stopped);
}

TYPED_TEST(Waits, ReturnInEveryFormWhatIsThere) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach({.maxBatch = 1});
  std::stop_source stop;
  this->publish(ring, 0, 6);
  EXPECT_EQ(this->numbersIn(in.wait()), numbers(0, 1));
  EXPECT_EQ(this->numbersIn(in.tryWait()), numbers(1, 2));
  EXPECT_EQ(this->numbersIn(in.wait(WaitLimit::now())), numbers(2, 3));
  EXPECT_EQ(this->numbersIn(in.wait(Clock::now() - 1s)), numbers(3, 4));
  EXPECT_EQ(this->numbersIn(in.wait(60s)), numbers(4, 5));
  EXPECT_EQ(this->numbersIn(in.wait({60s, stop.get_token()})), numbers(5, 6));
}

TYPED_TEST(Waits, LookAtAStopBeforeThereIsWorkAndLoseNothingByIt) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach({.name = "in"});
  auto after = this->attach({.after = {"in"}});
  auto observer = this->observe();
  std::stop_source stop;
  stop.request_stop();
  this->publish(ring, 0, 2);
  EXPECT_EQ(in.wait(stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(this->takeAll(in), numbers(0, 2));
  in.commit();
  EXPECT_EQ(after.wait(stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(this->takeAll(after), numbers(0, 2));
  EXPECT_EQ(TypeParam::look(observer, stop.get_token()).status, Status::stopped);
  EXPECT_EQ(TypeParam::look(observer, 60s).record.number, 0u);
  EXPECT_EQ(ring.waitForConsumers({"in"}, stop.get_token()), Status::stopped);
  EXPECT_EQ(ring.waitForConsumers({"in"}, WaitLimit::now()), Status::ok);
}

TYPED_TEST(Waits, AreEndedByAStopWhateverTheySleepOn) {
  const auto asleep = WaitStrategy::sleepAtOnce();
  auto ring = this->create({.capacity = 2, .waitStrategy = asleep});
  auto first = this->attach({.name = "first", .waitStrategy = asleep});
  auto second = this->attach({.after = {"first"}, .waitStrategy = asleep});
  EXPECT_EQ(this->stopWhileAsleep([&](auto stop) { return first.wait(stop).status(); }),
            Status::stopped);
  EXPECT_EQ(this->stopWhileAsleep([&](auto stop) { return second.wait(stop).status(); }),
            Status::stopped);
  EXPECT_EQ(
      this->stopWhileAsleep([&](auto stop) { return ring.waitForConsumers({"absent"}, stop); }),
      Status::stopped);
  this->publish(ring, 0, 2);
  EXPECT_EQ(this->stopWhileAsleep([&](auto stop) { return ring.claimOne(stop).status(); }),
            Status::stopped);
}

TYPED_TEST(Waits, ReturnAtMostMaxBatchAndNeverPastTheEndOfTheRing) {
  auto ring = this->create({.capacity = 8});
  for (const std::uint64_t maxBatch : {1U, 3U, 256U}) {
    auto in = this->attach({.maxBatch = maxBatch});
    const std::uint64_t from = in.next();
    this->publish(ring, from, from + 6);
    std::uint64_t next = from;
    for (auto batch = in.wait(); batch; batch = in.wait(1ms)) {
      const std::uint64_t untilWrap = 8 - next % 8;
      ASSERT_EQ(batch.size(), std::min({from + 6 - next, maxBatch, untilWrap}));
      ASSERT_EQ(batch.first(), next);
      next += batch.size();
      ASSERT_EQ(batch.last(), next - 1);
    }
    EXPECT_EQ(next, from + 6);
  }
}

TYPED_TEST(Waits, GoOnWithoutACommit) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  for (std::uint64_t n = 0; n < 4; ++n) {
    this->publish(ring, n, n + 1);
    const auto batch = in.wait();
    ASSERT_EQ(batch.first(), n);
    ASSERT_EQ(this->numbersIn(batch), numbers(n, n + 1));
  }
  EXPECT_EQ(in.lastCommitted(), noSequence);
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 3u);
}

TYPED_TEST(Waits, OfZeroOrLessThanZeroOnlyLook) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  EXPECT_EQ(in.wait(0ms).status(), Status::timedOut);
  EXPECT_EQ(in.wait(-1h).status(), Status::timedOut);
  this->publish(ring, 0, 1);
  EXPECT_EQ(in.wait(0ms).size(), 1u);
}

TYPED_TEST(Waits, MayLastLongerThanAnyClockCanTell) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  std::jthread publisher([&] { this->publish(ring, 0, 1); });
  EXPECT_EQ(in.wait(std::chrono::hours::max()).size(), 1u);
}

TYPED_TEST(Waits, OfABatchOfNoneAreRefusedWhenAttachingUnlessThatIsTheDefault) {
  auto ring = this->create({.capacity = 8});
  const auto in = TypeParam::attach(this->name.str(), {.maxBatch = 0});
  if constexpr (requires { TypeParam::zeroIsTheDefault; }) {
    ASSERT_TRUE(in) << in.error().message();
    return;
  }
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(in.error().field, "maxBatch");
}

}  // namespace
}  // namespace sluice::conformance
