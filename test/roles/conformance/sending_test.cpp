// Records that are copied in and published by one call.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "conformance/conformance.hpp"
#include "support/eventually.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;

template <class P>
class Sending : public Conformance<P> {};
TYPED_TEST_SUITE(Sending, Ports, PortName);

TYPED_TEST(Sending, OneAfterTheOtherGoesRoundTheRing) {
  auto ring = this->create({.capacity = 4});
  auto in = this->attach();
  for (std::uint64_t n = 0; n < 20; ++n) {
    TypeParam::send(ring, Tick::of(n));
    ASSERT_EQ(ring.lastPublished(), n);
    ASSERT_EQ(this->numbersIn(in.wait()), numbers(n, n + 1));
    in.commit();
  }
}

TYPED_TEST(Sending, ManyGoAcrossTheEndOfTheRing) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  std::uint64_t next = 0;
  for (const std::uint64_t n : {5U, 8U, 7U, 1U, 8U, 0U, 6U}) {
    TypeParam::send(ring, std::span<const Tick>(ticks(next, next + n)));
    ASSERT_EQ(ring.lastPublished() + 1, next + n);
    ASSERT_EQ(this->takeAll(in), numbers(next, next + n));
    ASSERT_EQ(in.commit(), Status::ok);
    next += n;
  }
}

TYPED_TEST(Sending, MoreThanTheRingHoldsWaitsForTheConsumer) {
  constexpr std::uint64_t records = 100;
  auto ring = this->create({.capacity = 8, .waitStrategy = WaitStrategy::sleepAtOnce()});
  auto in = this->attach();
  std::jthread sender([&] {
    TypeParam::send(ring, std::span<const Tick>(ticks(0, records)));
    ring.close();
  });
  EXPECT_EQ(this->drain(in), numbers(0, records));
  EXPECT_EQ(in.status(), Status::closed);
}

TYPED_TEST(Sending, WithinALimitSaysExactlyHowManyWentIntoAFullRing) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  this->publish(ring, 0, 5);
  const auto records = ticks(5, 15);
  const Sent sent = TypeParam::send(ring, std::span(records), WaitLimit::now());
  EXPECT_EQ(sent.count, 3u);
  EXPECT_EQ(sent.status, Status::timedOut);
  EXPECT_EQ(ring.lastPublished(), 7u);
  const Sent none = TypeParam::send(ring, std::span(records).subspan(3), 1ms);
  EXPECT_EQ(none.count, 0u);
  EXPECT_EQ(none.status, Status::timedOut);
  EXPECT_EQ(TypeParam::send(ring, records[3], WaitLimit::now()), Status::timedOut);

  // What went in are always the first ones, and the next send goes on after them.
  ASSERT_EQ(this->takeAll(in), numbers(0, 8));
  in.commit();
  const Sent rest = TypeParam::send(ring, std::span(records).subspan(3), WaitLimit::now());
  EXPECT_EQ(rest.count, 7u);
  EXPECT_EQ(rest.status, Status::ok);
  EXPECT_EQ(this->takeAll(in), numbers(8, 15));
}

TYPED_TEST(Sending, WithinALimitSaysHowManyWereSentBeforeTheStop) {
  auto ring = this->create({.capacity = 4, .waitStrategy = WaitStrategy::sleepAtOnce()});
  auto in = this->attach();
  std::stop_source stop;
  std::jthread stopper([&] {
    testing::eventually([&] { return in.lag() == 4; });
    stop.request_stop();
  });
  const auto records = ticks(0, 10);
  const Sent sent = TypeParam::send(ring, std::span(records), stop.get_token());
  EXPECT_EQ(sent.count, 4u);
  EXPECT_EQ(sent.status, Status::stopped);
  stopper.join();
  in.commit();
  const Sent none = TypeParam::send(ring, std::span(records), stop.get_token());
  EXPECT_EQ(none.count, 0u) << "a stop comes before there is work";
  EXPECT_EQ(none.status, Status::stopped);
}

TYPED_TEST(Sending, PublishesWhatWasClaimedBefore) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  TypeParam::claim(ring, 0);
  TypeParam::claim(ring, 1);
  TypeParam::send(ring, Tick::of(2));
  EXPECT_EQ(this->takeAll(in), numbers(0, 3));
}

TYPED_TEST(Sending, AfterTheCloseIsRefused) {
  auto ring = this->create({.capacity = 8});
  ring.close();
  const auto records = ticks(0, 3);
  EXPECT_THROW(TypeParam::send(ring, records[0]), Exception);
  EXPECT_THROW(TypeParam::send(ring, std::span(records)), Exception);
  EXPECT_EQ(TypeParam::send(ring, records[0], 60s), Status::closed);
  const Sent sent = TypeParam::send(ring, std::span(records), 60s);
  EXPECT_EQ(sent.count, 0u);
  EXPECT_EQ(sent.status, Status::closed);
}

}  // namespace
}  // namespace sluice::conformance
