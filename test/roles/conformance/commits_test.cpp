// What a consumer commits, and how it comes back to what it has not.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include "conformance/conformance.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;

template <class P>
class Commits : public Conformance<P> {};
TYPED_TEST_SUITE(Commits, PortsAndMessages, PortName);

TYPED_TEST(Commits, OfPartOfABatchFreeThatPartOnly) {
  auto ring = this->create({.capacity = 4});
  auto in = this->attach();
  this->publish(ring, 0, 4);
  ASSERT_EQ(in.wait().size(), 4u);
  EXPECT_EQ(ring.claimOne(WaitLimit::now()).status(), Status::timedOut);
  EXPECT_EQ(in.commit(3), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 2u);
  EXPECT_EQ(ring.claimUpTo(4, WaitLimit::now()).size(), 3u);
  EXPECT_TRUE(ring.claimOne(WaitLimit::now()).empty());
  EXPECT_EQ(in.tryWait().status(), Status::timedOut) << "nothing is returned twice";
  EXPECT_EQ(in.commit(99), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 3u);
}

TYPED_TEST(Commits, NeverTakeBackWhatWasCommitted) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach({.maxBatch = 3});
  this->publish(ring, 0, 6);
  ASSERT_EQ(in.wait().size(), 3u);
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.commit(1), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 2u);
  ASSERT_EQ(in.wait().size(), 3u);
  EXPECT_EQ(in.commit(0), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 2u);
  EXPECT_EQ(in.commit(2), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 4u);
}

TYPED_TEST(Commits, OfNothingAreNoError) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.commit(5), Status::ok);
  EXPECT_EQ(in.lastCommitted(), noSequence);
  EXPECT_EQ(in.next(), 0u);
}

TYPED_TEST(Commits, OfTheFirstOfABatchCountAllBatchesBefore) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach({.maxBatch = 2});
  this->publish(ring, 0, 6);
  ASSERT_EQ(in.wait().size(), 2u);
  ASSERT_EQ(in.wait().size(), 2u);
  EXPECT_EQ(in.commit(1), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 2u);
}

TYPED_TEST(Commits, UpToASequenceCountWhateverWasReturnedSince) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach({.maxBatch = 2});
  this->publish(ring, 0, 6);
  ASSERT_EQ(in.wait().size(), 2u);
  ASSERT_EQ(in.wait().size(), 2u);
  EXPECT_EQ(in.commitUpTo(0), Status::ok) << "of the batch before the last one";
  EXPECT_EQ(in.lastCommitted(), 0u);
  EXPECT_EQ(in.lag(), 5u);
  EXPECT_EQ(in.commitUpTo(2), Status::ok);
  EXPECT_EQ(in.commitUpTo(1), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 2u) << "never back";
  EXPECT_EQ(in.commitUpTo(5), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 3u) << "never what was not returned";
  EXPECT_EQ(in.wait().first(), 4u);
}

TYPED_TEST(Commits, TellHowFarBehindTheConsumerIs) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach({.name = "risk"});
  EXPECT_EQ(in.name(), "risk");
  EXPECT_EQ(in.capacity(), 8u);
  EXPECT_EQ(in.lag(), 0u);
  TypeParam::claim(ring, 0);
  EXPECT_EQ(in.lag(), 0u) << "what is claimed is not yet published";
  ring.publish();
  this->publish(ring, 1, 5);
  EXPECT_EQ(in.lag(), 5u);
  ASSERT_EQ(in.wait().size(), 5u);
  EXPECT_EQ(in.lag(), 5u) << "what is taken is not yet committed";
  in.commit(2);
  EXPECT_EQ(in.lag(), 3u);
  in.commit();
  EXPECT_EQ(in.lag(), 0u);
  const auto nameless = this->attach();
  EXPECT_EQ(nameless.name(), "");
  EXPECT_EQ(nameless.next(), 5u);
  EXPECT_EQ(nameless.lastCommitted(), 4u);
  EXPECT_EQ(nameless.lag(), 0u);
}

TYPED_TEST(Commits, AreWhatAConsumerGoesBackTo) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach({.maxBatch = 4});
  this->publish(ring, 0, 6);
  ASSERT_EQ(this->takeAll(in), numbers(0, 6));
  in.rewind();
  EXPECT_EQ(in.next(), 0u);
  EXPECT_EQ(this->numbersIn(in.wait()), numbers(0, 4));
  in.commit(3);
  in.rewind();
  EXPECT_EQ(this->takeAll(in), numbers(3, 6));
  in.rewind();
  this->publish(ring, 6, 8);
  EXPECT_EQ(this->takeAll(in), numbers(3, 8)) << "those again, once, and then what is new";
  EXPECT_FALSE(in.tryWait());
  in.commit();
  in.rewind();
  EXPECT_FALSE(in.tryWait()) << "all is committed";
}

TYPED_TEST(Commits, AreGoneBackToAcrossTheEndOfTheRing) {
  auto ring = this->create({.capacity = 8});
  for (const auto evictAfter : {0h, 1h}) {
    auto in = this->attach({.evictAfter = evictAfter});
    const std::uint64_t from = in.next();
    this->publish(ring, from, from + 5);
    ASSERT_EQ(this->takeAll(in), numbers(from, from + 5));
    in.commit();
    this->publish(ring, from + 5, from + 13);
    ASSERT_EQ(this->takeAll(in), numbers(from + 5, from + 13));
    in.rewind();
    EXPECT_FALSE(TypeParam::tryClaim(ring, 0)) << "what comes again still lies there";
    EXPECT_EQ(this->takeAll(in), numbers(from + 5, from + 13));
    EXPECT_EQ(in.commit(), Status::ok);
    EXPECT_EQ(in.lastCommitted(), from + 12);
  }
}

TYPED_TEST(Commits, AreGoneBackToByAConsumerThatRunsAfterOthers) {
  auto ring = this->create({.capacity = 8});
  auto first = this->attach({.name = "first"});
  auto second = this->attach({.after = {"first"}});
  this->publish(ring, 0, 8);
  ASSERT_EQ(this->takeAll(first), numbers(0, 8));
  first.commit(6);
  ASSERT_EQ(this->takeAll(second), numbers(0, 6));
  second.rewind();
  first.commit();
  EXPECT_EQ(this->takeAll(second), numbers(0, 8));
}

TYPED_TEST(Commits, AreGoneBackToAfterTheEndOfTheStreamToo) {
  auto ring = this->create({.capacity = 8});
  auto in = this->attach();
  this->publish(ring, 0, 3);
  ring.close();
  ASSERT_EQ(in.wait().size(), 3u);
  ASSERT_EQ(in.wait().status(), Status::closed);
  in.rewind();
  EXPECT_EQ(this->drain(in), numbers(0, 3));
  EXPECT_EQ(in.status(), Status::closed);
}

}  // namespace
}  // namespace sluice::conformance
