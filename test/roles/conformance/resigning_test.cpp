// A consumer that gives its row and its name up for good, and goes on living.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "conformance/conformance.hpp"
#include "format/consumer_page.hpp"
#include "segment/checked_file.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;

const ConsumerOptions held{.name = "risk", .onDeath = OnDeath::hold};

template <class P>
class Resigning : public Conformance<P> {
 protected:
  /// Every byte of the first row.
  std::vector<std::byte> firstRow() const {
    auto segment = detail::openChecked(this->name.path()).value();
    std::vector<std::byte> bytes(sizeof(detail::ConsumerPage));
    const auto at = segment.geometry.section(detail::SectionId::consumers).offset;
    EXPECT_TRUE(segment.file.read(at, std::span(bytes)));
    return bytes;
  }
};
TYPED_TEST_SUITE(Resigning, PortsAndMessages, PortName);

TYPED_TEST(Resigning, FreesTheRowAndTheNameAtOnce) {
  auto ring = this->create({.capacity = 8, .maxConsumers = 1});
  for (const ConsumerOptions& options :
       {ConsumerOptions{.name = "risk"}, held, ConsumerOptions{.name = "risk", .evictAfter = 1h}}) {
    auto resigned = this->attach(options);
    EXPECT_EQ(TypeParam::attach(this->name.str(), options).error().code, ErrorCode::inUse);
    resigned.resign();
    EXPECT_EQ(ring.waitForConsumers({"risk"}, WaitLimit::now()), Status::timedOut);
    auto next = this->attach(options);
    EXPECT_EQ(ring.waitForConsumers({"risk"}, WaitLimit::now()), Status::ok);
    EXPECT_EQ(next.lost().count, 0u);
    next.resign();
  }
}

TYPED_TEST(Resigning, LetsTheProducerGoOn) {
  for (const OnDeath onDeath : {OnDeath::release, OnDeath::hold}) {
    testing::SegmentName segment;
    auto ring = TypeParam::create(segment.str(), {.capacity = 4}).value();
    auto in = TypeParam::attach(segment.str(), {.name = "a", .onDeath = onDeath}).value();
    this->publish(ring, 0, 4);
    ASSERT_FALSE(TypeParam::tryClaim(ring, 4));
    in.resign();
    this->publish(ring, 4, 20);
  }
}

TYPED_TEST(Resigning, WakesAProducerThatSleepsOnTheFullRing) {
  auto ring = this->create({.capacity = 4, .waitStrategy = WaitStrategy::sleepAtOnce()});
  auto in = this->attach(held);
  this->publish(ring, 0, 4);
  std::jthread resigner([&] {
    testing::eventually([] { return testing::isAsleepOnFutex(::getpid()); });
    in.resign();
  });
  EXPECT_EQ(ring.claimOne(60s).size(), 1u);
}

TYPED_TEST(Resigning, MakesEveryLaterCallSayEvicted) {
  auto ring = this->create({.capacity = 64});
  for (const auto evictAfter : {0h, 1h}) {
    auto in = this->attach({.name = "in", .evictAfter = evictAfter});
    const std::uint64_t from = in.next();
    this->publish(ring, from, from + 4);
    ASSERT_EQ(in.wait().size(), 4u);
    in.commit(2);
    this->publish(ring, from + 4, from + 6);
    in.resign();
    EXPECT_EQ(in.status(), Status::evicted);
    EXPECT_EQ(in.tryWait().status(), Status::evicted);
    EXPECT_EQ(in.wait().status(), Status::evicted);
    EXPECT_EQ(in.wait(60s).status(), Status::evicted);
    EXPECT_EQ(in.commit(), Status::evicted);
    EXPECT_EQ(in.commit(1), Status::evicted);
    in.rewind();
    EXPECT_EQ(in.tryWait().status(), Status::evicted);
    EXPECT_EQ(in.wait().status(), Status::evicted);
    EXPECT_EQ(in.status(), Status::evicted);
    EXPECT_EQ(in.lastCommitted(), from + 1) << "its own last commit that counts";
    in.resign();
    EXPECT_EQ(in.wait().status(), Status::evicted);
  }
}

TYPED_TEST(Resigning, IsSaidByTheNextPollThoughManyFoundNothingBefore) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  for (int i = 0; i < 1000; ++i)
    ASSERT_EQ(in.tryWait().status(), Status::timedOut);
  in.resign();
  EXPECT_EQ(in.tryWait().status(), Status::evicted);
}

TYPED_TEST(Resigning, LeavesTheRowOfTheNextConsumerAlone) {
  auto ring = this->create({.capacity = 8, .maxConsumers = 1});
  for (const auto evictAfter : {0h, 1h}) {
    std::optional resigned(this->attach({.name = "risk", .evictAfter = evictAfter}));
    const std::uint64_t from = resigned->next();
    this->publish(ring, from, from + 4);
    ASSERT_EQ(resigned->wait().size(), 4u);
    resigned->resign();
    auto next = this->attach({.name = "risk", .evictAfter = evictAfter});
    ASSERT_EQ(next.next(), from + 4);
    this->publish(ring, from + 4, from + 8);
    const auto before = this->firstRow();
    EXPECT_EQ(resigned->commit(), Status::evicted);
    EXPECT_EQ(resigned->commit(3), Status::evicted);
    resigned->rewind();
    EXPECT_EQ(resigned->wait(1ms).status(), Status::evicted);
    EXPECT_EQ(resigned->commit(), Status::evicted);
    resigned->resign();
    EXPECT_EQ(TypeParam::attach(this->name.str(), {.name = "risk"}).error().code, ErrorCode::inUse);
    resigned.reset();
    EXPECT_TRUE(before == this->firstRow()) << "no byte of it has changed";
    EXPECT_EQ(next.lastCommitted(), from + 3);
    EXPECT_EQ(this->takeAll(next), numbers(from + 4, from + 8));
    EXPECT_EQ(next.commit(), Status::ok);
    next.resign();
  }
}

TYPED_TEST(Resigning, LetsTheNameBeginAnewWhateverBecomesOfTheObject) {
  auto ring = this->create({.capacity = 8, .maxConsumers = 2});
  {
    auto in = this->attach(held);
    this->publish(ring, 0, 4);
    in.resign();
  }
  this->publish(ring, 4, 8);
  auto next = this->attach(held);
  EXPECT_EQ(next.lost().count, 0u);
  EXPECT_EQ(next.next(), 8u);
}

TYPED_TEST(Resigning, IsLearnedByTheConsumersThatRunAfterIt) {
  auto ring = this->create({.capacity = 8});
  auto first = this->attach({.name = "first", .onDeath = OnDeath::hold});
  auto second = this->attach({.after = {"first"}});
  this->publish(ring, 0, 4);
  ASSERT_EQ(first.wait().size(), 4u);
  first.commit(3);
  first.resign();
  EXPECT_EQ(this->drain(second, 60s), numbers(0, 3));
  EXPECT_EQ(second.status(), Status::peerLeft);
}

}  // namespace
}  // namespace sluice::conformance
