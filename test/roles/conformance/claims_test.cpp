// What a producer claims, publishes and gives back.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>

#include "conformance/conformance.hpp"
#include "format/producer_page.hpp"
#include "segment/checked_file.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;

template <class P>
class Claims : public Conformance<P> {
 protected:
  /// What the segment shows of claims, for observers and successors.
  Sequence sharedClaim() const {
    auto segment = detail::openChecked(this->name.path()).value();
    Sequence claimed = 0;
    const auto at = segment.geometry.section(detail::SectionId::producer).offset +
                    offsetof(detail::ProducerPage, claimed);
    EXPECT_TRUE(segment.file.read(at, std::as_writable_bytes(std::span(&claimed, 1))));
    return claimed;
  }
};
TYPED_TEST_SUITE(Claims, Ports, PortName);

TYPED_TEST(Claims, OneAtATimeGoRoundTheRing) {
  for (const std::uint64_t capacity : {1U, 2U, 8U}) {
    testing::SegmentName segment;
    auto ring = TypeParam::create(segment.str(), {.capacity = capacity}).value();
    auto in = TypeParam::attach(segment.str(), {}).value();
    EXPECT_EQ(ring.lastPublished(), noSequence);
    for (std::uint64_t n = 0; n < 50; ++n) {
      TypeParam::claim(ring, n);
      ASSERT_EQ(ring.lastClaimed(), n);
      ASSERT_EQ(ring.publish(), Status::ok);
      ASSERT_EQ(ring.lastPublished(), n);
      ASSERT_EQ(this->numbersIn(in.tryWait()), numbers(n, n + 1));
      ASSERT_EQ(in.commit(), Status::ok);
    }
  }
}

TYPED_TEST(Claims, SeveralArePublishedAtOnce) {
  auto ring = this->create({.capacity = 16});
  auto in = this->attach();
  for (std::uint64_t n = 0; n < 5; ++n)
    TypeParam::claim(ring, n);
  EXPECT_FALSE(in.tryWait());
  ring.publish();
  EXPECT_EQ(this->takeAll(in), numbers(0, 5));
}

TYPED_TEST(Claims, ABatchNeverCrossesTheEndOfTheRing) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  ASSERT_EQ(this->claimAndWrite(ring, 6, 0), 6u);
  ring.publish();
  ASSERT_EQ(in.wait().size(), 6u);
  in.commit();
  auto claimed = ring.claimUpTo(6);
  EXPECT_EQ(claimed.size(), 2u);
  EXPECT_EQ(claimed.first(), 6u);
  claimed = ring.claimUpTo(6);
  EXPECT_EQ(claimed.first(), 8u);
  EXPECT_EQ(claimed.last(), 13u);
  EXPECT_EQ(claimed.size(), 6u);
  ring.publish();
  EXPECT_EQ(in.wait().size(), 2u);
  const auto batch = in.wait();
  EXPECT_EQ(batch.first(), 8u);
  EXPECT_EQ(batch.last(), 13u);
}

TYPED_TEST(Claims, OfNothingAreEmptyWithoutBeingRefused) {
  auto ring = this->create({.capacity = 8});
  for (const auto& claimed : {ring.claimUpTo(0), ring.claimUpTo(0, WaitLimit::now())}) {
    EXPECT_TRUE(claimed.empty());
    EXPECT_EQ(claimed.status(), Status::ok);
  }
  EXPECT_EQ(ring.lastClaimed(), noSequence);
}

TYPED_TEST(Claims, ByTryingAreRefusedOnAFullRingUntilThereIsRoom) {
  auto ring = this->create({.capacity = 4});
  auto in = this->attach();
  for (std::uint64_t n = 0; n < 4; ++n) {
    ASSERT_TRUE(TypeParam::tryClaim(ring, n));
    ring.publish();
  }
  EXPECT_FALSE(TypeParam::tryClaim(ring, 4));
  EXPECT_EQ(ring.lastClaimed(), 3u);
  ASSERT_EQ(this->numbersIn(in.wait()), numbers(0, 4));
  in.commit(1);
  EXPECT_TRUE(TypeParam::tryClaim(ring, 4));
  EXPECT_FALSE(TypeParam::tryClaim(ring, 5));
  ring.publish();
  EXPECT_EQ(this->takeAll(in), numbers(4, 5));
}

TYPED_TEST(Claims, AreRefusedAfterTheClose) {
  auto ring = this->create({.capacity = 64});
  this->publish(ring, 0, 1);
  ring.close();
  EXPECT_FALSE(TypeParam::tryClaim(ring, 1));
  EXPECT_THROW(TypeParam::claim(ring, 1), Exception);
  EXPECT_THROW((void)ring.claimUpTo(3), Exception);
  EXPECT_EQ(ring.claimOne(WaitLimit()).status(), Status::closed);
  EXPECT_EQ(ring.claimOne(WaitLimit::now()).status(), Status::closed);
  EXPECT_EQ(ring.claimUpTo(3, 60s).status(), Status::closed);
  EXPECT_EQ(ring.publish(), Status::closed);
  EXPECT_EQ(ring.publishFirst(1), Status::closed);
  ring.abandon();
  EXPECT_EQ(ring.lastPublished(), 0u);
}

TYPED_TEST(Claims, AreRefusedAfterTheCloseThoughManyWereTriedBefore) {
  auto ring = this->create({.capacity = 4});
  auto in = this->attach();
  this->publish(ring, 0, 4);
  for (int i = 0; i < 1000; ++i)
    ASSERT_FALSE(TypeParam::tryClaim(ring, 4));
  ring.close();
  EXPECT_EQ(ring.claimOne(WaitLimit::now()).status(), Status::closed);
}

TYPED_TEST(Claims, ThatAreGivenBackAreThereForTheNextTryAtOnce) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  this->publish(ring, 0, 4);
  ASSERT_EQ(this->claimAndWrite(ring, 4, 100), 4u);
  for (int i = 0; i < 1000; ++i)
    ASSERT_FALSE(TypeParam::tryClaim(ring, 100));
  ring.abandon();
  EXPECT_TRUE(TypeParam::tryClaim(ring, 4));
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(this->takeAll(in), numbers(0, 5));
}

TYPED_TEST(Claims, OfMoreThanTheWholeRingFail) {
  auto ring = this->create({.capacity = 4});
  ASSERT_EQ(this->claimAndWrite(ring, 4, 0), 4u);
  EXPECT_THROW(TypeParam::claim(ring, 4), Exception);
  EXPECT_THROW((void)TypeParam::tryClaim(ring, 4), Exception);
  EXPECT_THROW((void)ring.claimUpTo(1, 60s), Exception);
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(ring.lastPublished(), 3u);
}

TYPED_TEST(Claims, EndWithTheirLimitOnAFullRing) {
  auto ring = this->create({.capacity = 4});
  auto in = this->attach();
  this->publish(ring, 0, 4);
  EXPECT_EQ(ring.claimOne(WaitLimit::now()).status(), Status::timedOut);
  EXPECT_EQ(ring.claimUpTo(3, WaitLimit::now()).status(), Status::timedOut);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(ring.claimOne(5ms).status(), Status::timedOut);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 5ms);
  const auto deadline = std::chrono::steady_clock::now() + 5ms;
  const auto claimed = ring.claimUpTo(3, deadline);
  EXPECT_GE(std::chrono::steady_clock::now(), deadline);
  EXPECT_EQ(claimed.status(), Status::timedOut);
  EXPECT_EQ(claimed.first(), 4u) << "the one that would come next";
  EXPECT_EQ(ring.lastClaimed(), 3u);
}

TYPED_TEST(Claims, AreMadeThoughTheDeadlineHasPassedAndNotThoughAStopWasRequested) {
  auto ring = this->create({.capacity = 4});
  EXPECT_EQ(ring.claimOne(std::chrono::steady_clock::now() - 1s).size(), 1u);
  EXPECT_EQ(ring.claimUpTo(1, WaitLimit::now()).size(), 1u);
  std::stop_source stop;
  EXPECT_EQ(ring.claimOne(stop.get_token()).size(), 1u);
  stop.request_stop();
  EXPECT_EQ(ring.claimOne(stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(ring.claimUpTo(1, {60s, stop.get_token()}).status(), Status::stopped);
  EXPECT_EQ(ring.lastClaimed(), 2u);
}

TYPED_TEST(Claims, ArePublishedInPartsAndTheRestStaysClaimed) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  ASSERT_EQ(this->claimAndWrite(ring, 5, 0), 5u);
  EXPECT_EQ(ring.publishFirst(2), Status::ok);
  EXPECT_EQ(ring.lastPublished(), 1u);
  EXPECT_EQ(ring.lastClaimed(), 4u);
  EXPECT_EQ(this->takeAll(in), numbers(0, 2));
  EXPECT_EQ(ring.publishFirst(0), Status::ok);
  EXPECT_FALSE(in.tryWait());
  TypeParam::claim(ring, 5);
  EXPECT_EQ(ring.publishFirst(99), Status::ok);
  EXPECT_EQ(this->takeAll(in), numbers(2, 6));
  EXPECT_EQ(ring.publish(), Status::ok) << "nothing to publish is no error";
  EXPECT_EQ(ring.lastPublished(), 5u);
}

TYPED_TEST(Claims, ThatAreGivenBackAreClaimedAgain) {
  for (const std::uint64_t capacity : {1U, 2U, 8U, 64U}) {
    testing::SegmentName segment;
    auto ring = TypeParam::create(segment.str(), {.capacity = capacity}).value();
    auto in = TypeParam::attach(segment.str(), {}).value();
    for (std::uint64_t n = 0; n < 3 * capacity + 3; ++n) {
      TypeParam::claim(ring, 1000 + n);
      ring.abandon();
      ASSERT_EQ(ring.lastClaimed(), n - 1);
      ASSERT_EQ(ring.publish(), Status::ok);
      ASSERT_EQ(ring.lastPublished(), n - 1) << "what was given back is not published";
      ASSERT_FALSE(in.tryWait());
      TypeParam::claim(ring, n);
      ring.publish();
      ASSERT_EQ(this->numbersIn(in.wait()), numbers(n, n + 1));
      in.commit();
    }
  }
}

TYPED_TEST(Claims, AreGivenBackAcrossTheEndOfTheRing) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  this->publish(ring, 0, 6);
  ASSERT_EQ(this->takeAll(in), numbers(0, 6));
  in.commit();
  ASSERT_EQ(this->claimAndWrite(ring, 8, 100), 2u);
  ASSERT_EQ(this->claimAndWrite(ring, 8, 200), 6u);
  ring.publishFirst(1);
  ring.abandon();
  EXPECT_EQ(ring.lastClaimed(), 6u);
  EXPECT_EQ(ring.lastPublished(), 6u);
  ring.publish();
  EXPECT_EQ(this->takeAll(in), numbers(100, 101));
  in.commit();
  ASSERT_EQ(this->claimAndWrite(ring, 8, 7), 1u);
  ASSERT_EQ(this->claimAndWrite(ring, 8, 8), 7u);
  ring.publish();
  EXPECT_EQ(this->takeAll(in), numbers(7, 15));
}

TYPED_TEST(Claims, ShowForGoodThatTheyWereMadeThoughTheyAreGivenBack) {
  auto ring = this->create({.capacity = 8});
  this->publish(ring, 0, 3);
  ASSERT_EQ(this->claimAndWrite(ring, 5, 100), 5u);
  ASSERT_EQ(this->claimAndWrite(ring, 3, 100), 3u);
  const Sequence claimed = this->sharedClaim();
  EXPECT_EQ(claimed, 10u);
  ring.abandon();
  EXPECT_EQ(this->sharedClaim(), claimed);
  this->publish(ring, 3, 5);
  EXPECT_EQ(this->sharedClaim(), claimed);
  ring.abandon();
  ring.close();
  EXPECT_EQ(this->sharedClaim(), claimed);
}

TYPED_TEST(Claims, ThatAreGivenBackFoolNoObserver) {
  auto ring = this->create({.capacity = 8});
  this->publish(ring, 0, 8);
  auto observer = this->observe({.startAt = StartAt::oldest});
  Sequence next = observer.next();
  ASSERT_EQ(this->claimAndWrite(ring, 3, 1000), 3u);
  ring.abandon();
  auto seen = TypeParam::look(observer, WaitLimit::now());
  ASSERT_TRUE(seen);
  EXPECT_GE(seen.sequence, 3u) << "the first three were written over";
  EXPECT_EQ(seen.sequence, next + seen.lost);
  for (; seen; seen = TypeParam::look(observer, WaitLimit::now())) {
    EXPECT_EQ(seen.record.number, seen.sequence);
    next = seen.sequence + 1;
  }
  EXPECT_EQ(next, 8u);
  this->publish(ring, 8, 9);
  EXPECT_EQ(TypeParam::look(observer, 60s).record.number, 8u);
}

}  // namespace
}  // namespace sluice::conformance
