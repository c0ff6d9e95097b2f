#include "sluice/observer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

template <class L>
class ObserverOf : public ::testing::Test {
 protected:
  using Ring = Producer<Tick, L>;
  using Look = Observer<Tick, L>;
  static void publish(Ring& ring, std::uint64_t number) {
    ring.claimOne() = Tick::of(number);
    ring.publish();
  }
  SegmentName name;
};
using Layouts = ::testing::Types<stamped, packed, stampedLines>;
TYPED_TEST_SUITE(ObserverOf, Layouts);

TYPED_TEST(ObserverOf, SeesEveryRecordWhileItKeepsUp) {
  auto ring = TestFixture::Ring::create(this->name.str(), {.capacity = 8}).value();
  auto look = TestFixture::Look::attach(this->name.str()).value();
  EXPECT_EQ(look.tryWait().status, Status::timedOut);
  EXPECT_EQ(look.wait(1ms).status, Status::timedOut);
  for (std::uint64_t n = 0; n < 100; ++n) {
    this->publish(ring, n);
    const auto seen = look.wait();
    ASSERT_TRUE(seen);
    ASSERT_EQ(seen.record.number, n);
    ASSERT_EQ(seen.sequence, n);
    ASSERT_EQ(seen.lost, 0u);
  }
}

TYPED_TEST(ObserverOf, GatesNobodyAndSaysHowManyItLost) {
  auto ring = TestFixture::Ring::create(this->name.str(), {.capacity = 64}).value();
  auto look = TestFixture::Look::attach(this->name.str()).value();
  this->publish(ring, 0);
  ASSERT_EQ(look.wait().sequence, 0u);
  for (std::uint64_t n = 1; n < 1000; ++n)
    this->publish(ring, n);
  const auto seen = look.wait();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen.record.number, seen.sequence);
  EXPECT_EQ(seen.lost, seen.sequence - 1);
  EXPECT_GE(seen.sequence, 1000u - 64u);
  EXPECT_LE(seen.sequence, 1000u - 64u + 8u);
  EXPECT_EQ(look.wait().lost, 0u);
}

TYPED_TEST(ObserverOf, StartsAtTheOldestWholeRecordIfAsked) {
  auto ring = TestFixture::Ring::create(this->name.str(), {.capacity = 8}).value();
  for (std::uint64_t n = 0; n < 3; ++n)
    this->publish(ring, n);
  auto look = TestFixture::Look::attach(this->name.str(), {.startAt = StartAt::oldest}).value();
  EXPECT_EQ(look.wait().sequence, 0u);
}

TYPED_TEST(ObserverOf, LearnsOfTheEndAfterTheLastRecord) {
  auto look = [&] {
    auto ring = TestFixture::Ring::create(this->name.str(), {.capacity = 8}).value();
    auto observer = TestFixture::Look::attach(this->name.str()).value();
    this->publish(ring, 0);
    return observer;
  }();
  EXPECT_EQ(look.wait().sequence, 0u);
  EXPECT_EQ(look.wait().status, Status::peerLeft);
  { TestFixture::Ring::open(this->name.str()).value().close(); }
  EXPECT_EQ(look.wait().status, Status::closed);
}

TYPED_TEST(ObserverOf, NeverReturnsATornRecordWhileItIsLappedByAnotherProcess) {
  SharedNumber ready;
  ChildProcess producer([&] {
    auto ring = TestFixture::Ring::create(this->name.str(), {.capacity = 4}).value();
    ready.set(1);
    for (std::uint64_t n = 0; ready.get() < 2; ++n)
      this->publish(ring, n);
    ring.close();
    return 0;
  });
  ASSERT_TRUE(ready.reaches(1));
  auto look = TestFixture::Look::attach(this->name.str()).value();
  std::uint64_t expected = look.next();
  std::uint64_t lost = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto seen = look.wait();
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

TEST(Observer, NeedsNoMoreThanPermissionToRead) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can become a stranger";
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8, .mode = 0444}).value();
  ChildProcess stranger([&] {
    // Who may only read the file can still look.
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) return 2;
    if (Consumer<Tick>::attach(name.str()).error().code != ErrorCode::denied) return 3;
    return Observer<Tick>::attach(name.str()).has_value() ? 0 : 4;
  });
  EXPECT_EQ(stranger.wait(), 0);
}

}  // namespace
}  // namespace sluice
