// How a stream ends for the roles that are left.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "conformance/conformance.hpp"
#include "support/child_process.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SharedNumber;

template <class P>
class EndOfStream : public Conformance<P> {};
TYPED_TEST_SUITE(EndOfStream, PortsAndMessages, PortName);

TYPED_TEST(EndOfStream, IsForGoodAfterACloseOnceEverythingIsDrained) {
  std::optional ring(this->create({.capacity = 8}));
  auto in = this->attach();
  auto stays = this->attach({.withoutProducer = WithoutProducer::stay});
  auto observer = this->observe();
  this->publish(*ring, 0, 1);
  TypeParam::claim(*ring, 100);  // claimed and never published: given up
  ring->close();
  ring->close();
  EXPECT_EQ(ring->lastClaimed(), 0u);
  for (auto* consumer : {&in, &stays}) {
    EXPECT_EQ(this->drain(*consumer), numbers(0, 1));
    EXPECT_EQ(consumer->status(), Status::closed);
    EXPECT_EQ(consumer->tryWait().status(), Status::closed);
    EXPECT_EQ(consumer->commit(), Status::ok);
  }
  EXPECT_EQ(TypeParam::look(observer, {}).record.number, 0u);
  EXPECT_EQ(TypeParam::look(observer, {}).status, Status::closed);
  ring.reset();
  EXPECT_EQ(in.tryWait().status(), Status::closed);
  EXPECT_EQ(TypeParam::open(this->name.str(), {}).error().code, ErrorCode::ended);
}

TYPED_TEST(EndOfStream, IsAPeerThatLeftWhenTheProducerGoesWithoutAClose) {
  std::optional ring(this->create({.capacity = 8}));
  auto in = this->attach();
  auto stays = this->attach({.withoutProducer = WithoutProducer::stay});
  auto observer = this->observe();
  this->publish(*ring, 0, 3);
  TypeParam::claim(*ring, 100);
  ring.reset();
  EXPECT_EQ(this->drain(in), numbers(0, 3));
  EXPECT_EQ(in.status(), Status::peerLeft);
  EXPECT_EQ(this->drain(stays, 1ms), numbers(0, 3));
  EXPECT_EQ(stays.status(), Status::timedOut);
  for (std::uint64_t n = 0; n < 3; ++n)
    EXPECT_EQ(TypeParam::look(observer, {}).record.number, n);
  EXPECT_EQ(TypeParam::look(observer, {}).status, Status::peerLeft);

  auto successor = TypeParam::open(this->name.str(), {}).value();
  EXPECT_EQ(successor.lastPublished(), 2u);
  this->publish(successor, 3, 5);
  successor.close();
  EXPECT_EQ(this->drain(stays), numbers(3, 5));
  EXPECT_EQ(stays.status(), Status::closed);
  EXPECT_EQ(this->drain(in), numbers(3, 5))
      << "also for a consumer that was told of the end before";
}

TYPED_TEST(EndOfStream, IsAPeerThatDiedWhenTheProducerIsKilled) {
  for (const WaitStrategy& strategy : {WaitStrategy::sleepAtOnce(), WaitStrategy::busySpin()}) {
    testing::SegmentName segment;
    SharedNumber published;
    ChildProcess producer([&] {
      auto ring = TypeParam::create(segment.str(), {.capacity = 8}).value();
      if (ring.waitForConsumers({"in"}, 60s) != Status::ok) return 1;
      this->publish(ring, 0, 5);
      TypeParam::claim(ring, 100);
      published.set(1);
      ::raise(SIGKILL);
      return 2;
    });
    auto in = TypeParam::attach(segment.str(),
                                {.name = "in", .appearWithin = 60s, .waitStrategy = strategy})
                  .value();
    EXPECT_EQ(this->drain(in), numbers(0, 5));
    EXPECT_EQ(in.status(), Status::peerDied);
    EXPECT_EQ(in.tryWait().status(), Status::peerDied);
    EXPECT_EQ(producer.wait(), -1000 - SIGKILL);
    auto observer = TypeParam::observe(segment.str(), {.startAt = StartAt::oldest}).value();
    for (std::uint64_t n = 0; n < 5; ++n)
      EXPECT_EQ(TypeParam::look(observer, {}).record.number, n);
    EXPECT_EQ(TypeParam::look(observer, {}).status, Status::peerDied);
  }
}

TYPED_TEST(EndOfStream, WakesAConsumerThatSleepsInAnotherProcess) {
  auto ring = this->create({.capacity = 8});
  ChildProcess reader([&] {
    auto in = this->attach({.name = "in", .waitStrategy = WaitStrategy::sleepAtOnce()});
    return in.wait().status() == Status::closed ? 0 : 1;
  });
  ASSERT_EQ(ring.waitForConsumers({"in"}, 60s), Status::ok);
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
}

TYPED_TEST(EndOfStream, ComesForAConsumerThatRunsAfterOthersOnceTheseHaveReadIt) {
  auto ring = this->create({.capacity = 8});
  auto first = this->attach({.name = "first"});
  auto second = this->attach({.after = {"first"}});
  this->publish(ring, 0, 3);
  ring.close();
  EXPECT_EQ(second.tryWait().status(), Status::timedOut);
  EXPECT_EQ(this->drain(first), numbers(0, 3));
  EXPECT_EQ(this->drain(second), numbers(0, 3));
  EXPECT_EQ(second.status(), Status::closed);
}

TYPED_TEST(EndOfStream, IsAPeerThatDiedForAConsumerThatRunsAfterOneThatIsKilled) {
  auto ring = this->create({.capacity = 8});
  SharedNumber committed;
  ChildProcess first([&] {
    auto in = this->attach({.name = "first"});
    std::uint64_t taken = 0;
    while (taken < 4)
      taken += in.wait().size();
    in.commit();
    committed.set(1);
    return committed.reaches(2) ? 0 : 1;
  });
  ASSERT_EQ(ring.waitForConsumers({"first"}, 60s), Status::ok);
  auto second = this->attach({.after = {"first"}});
  this->publish(ring, 0, 4);
  ASSERT_TRUE(committed.reaches(1));
  this->publish(ring, 4, 6);
  first.signal(SIGKILL);
  EXPECT_EQ(this->drain(second), numbers(0, 4));
  EXPECT_EQ(second.status(), Status::peerDied);
}

}  // namespace
}  // namespace sluice::conformance
