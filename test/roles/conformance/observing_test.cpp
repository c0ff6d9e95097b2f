// What an observer sees, and what it says of what it did not see.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <thread>

#include "conformance/conformance.hpp"
#include "support/child_process.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SharedNumber;

template <class P>
class ObserverOf : public Conformance<P> {};
TYPED_TEST_SUITE(ObserverOf, PortsAndMessages, PortName);

TYPED_TEST(ObserverOf, SeesEveryRecordWhileItKeepsUp) {
  auto ring = this->create({.capacity = 8});
  auto observer = this->observe();
  EXPECT_EQ(TypeParam::look(observer, WaitLimit::now()).status, Status::timedOut);
  for (std::uint64_t n = 0; n < 100; ++n) {
    EXPECT_EQ(observer.next(), n);
    this->publish(ring, n, n + 1);
    const auto seen = TypeParam::look(observer, {});
    ASSERT_TRUE(seen);
    ASSERT_EQ(seen.record.number, n);
    ASSERT_EQ(seen.sequence, n);
    ASSERT_EQ(seen.lost, 0u);
  }
}

TYPED_TEST(ObserverOf, SaysInEveryFormWhyItSeesNothing) {
  auto ring = this->create({.capacity = 8});
  auto observer = this->observe();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(TypeParam::look(observer, 5ms).status, Status::timedOut);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 5ms);
  const auto deadline = std::chrono::steady_clock::now() + 5ms;
  const auto seen = TypeParam::look(observer, deadline);
  EXPECT_GE(std::chrono::steady_clock::now(), deadline);
  EXPECT_EQ(seen.status, Status::timedOut);
  EXPECT_EQ(seen.sequence, 0u) << "the one that would come next";
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(TypeParam::look(observer, stop.get_token()).status, Status::stopped);
}

TYPED_TEST(ObserverOf, GatesNobodyAndSaysHowManyItLost) {
  auto ring = this->create({.capacity = 64});
  auto observer = this->observe();
  this->publish(ring, 0, 1);
  ASSERT_EQ(TypeParam::look(observer, {}).sequence, 0u);
  this->publish(ring, 1, 1000);
  const auto seen = TypeParam::look(observer, {});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen.record.number, seen.sequence);
  EXPECT_EQ(seen.lost, seen.sequence - 1);
  // At most an eighth of the ring is out of reach, because the producer may be about to write it.
  EXPECT_GE(seen.sequence, 1000u - 64u);
  EXPECT_LE(seen.sequence, 1000u - 64u + 8u);
  EXPECT_EQ(TypeParam::look(observer, {}).lost, 0u);
}

TYPED_TEST(ObserverOf, StartsAtTheLatestOrAtTheOldestWholeRecord) {
  auto ring = this->create({.capacity = 8});
  this->publish(ring, 0, 3);
  auto oldest = this->observe({.startAt = StartAt::oldest});
  EXPECT_EQ(TypeParam::look(oldest, {}).sequence, 0u);
  auto latest = this->observe();
  EXPECT_EQ(latest.next(), 3u);
  EXPECT_EQ(TypeParam::look(latest, WaitLimit::now()).status, Status::timedOut);
}

TYPED_TEST(ObserverOf, NeverReturnsATornRecordWhileItIsLappedByAnotherProcess) {
  SharedNumber ready;
  ChildProcess producer([&] {
    auto ring = this->create({.capacity = 4});
    ready.set(1);
    for (std::uint64_t n = 0; ready.get() < 2; ++n)
      this->publish(ring, n, n + 1);
    ring.close();
    return 0;
  });
  ASSERT_TRUE(ready.reaches(1));
  auto observer = this->observe();
  std::uint64_t expected = observer.next();
  std::uint64_t lost = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto seen = TypeParam::look(observer, {});
    ASSERT_TRUE(seen);
    ASSERT_TRUE(seen.record.isWhole());
    ASSERT_EQ(seen.record.number, seen.sequence);
    ASSERT_EQ(seen.sequence, expected + seen.lost);
    expected = seen.sequence + 1;
    lost += seen.lost;
  }
  EXPECT_GT(lost, 0u);
  ready.set(2);
  EXPECT_EQ(producer.wait(), 0);
}

}  // namespace
}  // namespace sluice::conformance
