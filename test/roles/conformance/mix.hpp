// Claims, publishes, reads and commits in any order, against what they should give.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "conformance/conformance.hpp"

namespace sluice::conformance {

/// A producer and a consumer of one ring, and where both have got to. Each call does one thing and
/// checks what came of it.
template <class P>
class Mix {
 public:
  Mix(std::uint64_t capacity, const ConsumerOptions& options)
      : maxBatch_(options.maxBatch),
        ring_(P::create(name_.str(), {.capacity = capacity}).value()),
        in_(P::attach(name_.str(), options).value()) {}

  void claimOne() {
    if (isFull()) return;
    P::claim(ring_, claimed_++);
  }

  void tryClaim() {
    if (claimed_ - published_ == ring_.capacity()) return;
    const bool isFullNow = isFull();
    ASSERT_EQ(P::tryClaim(ring_, claimed_), !isFullNow);
    if (!isFullNow) ++claimed_;
  }

  void claimMany(std::uint64_t n) {
    if (isFull()) return;
    const auto batch = ring_.claimUpTo(n, WaitLimit::now());
    ASSERT_EQ(batch.empty(), n == 0);
    ASSERT_EQ(batch.first(), claimed_);
    ASSERT_EQ(batch.size(), std::min({n, free(), untilWrap(claimed_)}));
    for (std::size_t i = 0; i < batch.size(); ++i)
      P::write(batch, i, claimed_++);
  }

  void publish() {
    ASSERT_EQ(ring_.publish(), Status::ok);
    published_ = claimed_;
  }

  void publishSome(std::uint64_t n) {
    ASSERT_EQ(ring_.publishFirst(n), Status::ok);
    published_ += std::min(n, claimed_ - published_);
  }

  void abandon() {
    ring_.abandon();
    claimed_ = published_;
  }

  void send(std::uint64_t n) {
    if (claimed_ - published_ == ring_.capacity()) return;
    const auto records = ticks(claimed_, claimed_ + n);
    const Sent sent = P::send(ring_, std::span(records), WaitLimit::now());
    ASSERT_EQ(sent.count, std::min(n, free()));
    ASSERT_EQ(sent.status, sent.count == n ? Status::ok : Status::timedOut);
    claimed_ += sent.count;
    if (sent.count != 0) published_ = claimed_;
  }

  void read() {
    const std::uint64_t there = std::min({published_ - taken_, untilWrap(taken_), maxBatch_});
    // A poll may leave out its look for a moment, and a wait does not.
    const auto batch = there == 0 ? in_.tryWait() : in_.wait();
    ASSERT_EQ(batch.size(), there);
    ASSERT_EQ(batch.first(), taken_);
    batchBegin_ = batch ? taken_ : batchBegin_;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Tick tick = P::read(batch, i);
      ASSERT_TRUE(tick.isWhole());
      ASSERT_EQ(tick.number, taken_++);
    }
  }

  void commit() {
    ASSERT_EQ(in_.commit(), Status::ok);
    committed_ = taken_;
  }

  void commitSome(std::uint64_t n) {
    ASSERT_EQ(in_.commit(n), Status::ok);
    committed_ = std::max(committed_, batchBegin_ + std::min(n, taken_ - batchBegin_));
  }

  void rewind() {
    in_.rewind();
    taken_ = batchBegin_ = committed_;
  }

  void isAsExpected() const {
    ASSERT_EQ(ring_.lastClaimed() + 1, claimed_);
    ASSERT_EQ(ring_.lastPublished() + 1, published_);
    ASSERT_EQ(in_.lastCommitted() + 1, committed_);
    ASSERT_EQ(in_.next(), taken_);
    ASSERT_EQ(in_.lag(), published_ - committed_);
  }

 private:
  std::uint64_t free() const noexcept { return ring_.capacity() - (claimed_ - committed_); }
  bool isFull() const noexcept { return free() == 0; }
  std::uint64_t untilWrap(std::uint64_t sequence) const noexcept {
    return ring_.capacity() - sequence % ring_.capacity();
  }

  std::uint64_t maxBatch_;
  testing::SegmentName name_;
  typename P::Producer ring_;
  typename P::Consumer in_;
  // Each is the first sequence that is not yet.
  std::uint64_t claimed_ = 0;
  std::uint64_t published_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t batchBegin_ = 0;
};

}  // namespace sluice::conformance
