// Looking at a stream while other processes run it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "inspect/image_file.hpp"
#include "inspect/slot_reader.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"

namespace sluice::inspect {
namespace {

using detail::ProducerState;
using testing::atOnce;
using testing::ChildProcess;
using testing::eventually;
using testing::faultsOf;
using testing::Quote;
using testing::ScratchDirectory;
using testing::SharedNumber;

class LiveStream : public ::testing::Test {
 protected:
  detail::SegmentPath path() const { return {directory_.path(), "quotes"}; }
  Snapshot snapshot() const { return look(path()).value(); }

  Producer<Quote> create(std::uint64_t capacity = 256) const {
    ProducerOptions options;
    options.capacity = capacity;
    options.directory = directory_.path();
    return Producer<Quote>::create("quotes", options).value();
  }
  Consumer<Quote> attach(const std::string& name) const {
    ConsumerOptions options;
    options.name = name;
    options.directory = directory_.path();
    options.appearWithin = WaitLimit{};
    return Consumer<Quote>::attach("quotes", options).value();
  }

  /// Reads all there is, counting itself in as soon as it has joined.
  int consume(const std::string& name, const SharedNumber& joined) const {
    auto in = attach(name);
    (*joined).fetch_add(1);
    while (in.wait())
      in.commit();
    return 0;
  }

  ScratchDirectory directory_;
};

TEST_F(LiveStream, ARunningStreamIsNeverFoundFaulty) {
  const SharedNumber joined;
  const ChildProcess producer([&] {
    auto ring = create();
    for (;;) {
      for (Quote& quote : ring.claimUpTo(7))
        quote.time = 1;
      ring.publish();
    }
    return 0;
  });
  const ChildProcess risk([&] { return consume("risk", joined); });
  const ChildProcess journal([&] { return consume("journal", joined); });
  const ChildProcess visitor([&] {
    for (;;) {
      auto in = attach("visitor");
      static_cast<void>(in.wait());
      in.commit();
    }
    return 0;
  });
  ASSERT_TRUE(joined.reaches(2));

  Sequence before = snapshot().producer->stream.cursor;
  for (int i = 0; i < 500; ++i) {
    const Snapshot now = snapshot();
    ASSERT_EQ(faultsOf(now), "");
    ASSERT_TRUE(now.producer->alive);
    ASSERT_GE(now.consumers.size(), 2U);
    for (const ConsumerFacts& consumer : now.consumers) {
      if (consumer.name == "visitor") continue;
      ASSERT_LE(consumer.lag, 256U) << consumer.name;
    }
    ASSERT_GE(distance(before, now.producer->stream.cursor), 0);
    before = now.producer->stream.cursor;
  }
  EXPECT_TRUE(eventually([&] { return snapshot().producer->stream.cursor != before; }));
}

TEST_F(LiveStream, AWholeRecordIsNeverTorn) {
  constexpr std::uint64_t capacity = 1 << 14;
  const ChildProcess producer([&] {
    auto ring = create(capacity);
    for (Sequence next = 0;; ++next) {
      Quote& quote = ring.claimOne();
      quote.time = next;
      quote.price = static_cast<double>(next);
      ring.publish();
    }
    return 0;
  });
  auto in = attach("gate");
  const auto file = openToLook(path()).value();
  const SlotReader reader(file, *look(file).geometry);
  int whole = 0;
  int overwritten = 0;
  const auto readAt = [&](Sequence sequence) {
    const SlotFacts slot = reader.read(sequence);
    if (slot.state == SlotState::overwritten) ++overwritten;
    if (slot.state != SlotState::whole) return slot.state;
    ++whole;
    Quote quote{};
    std::memcpy(&quote, slot.record.data(), sizeof quote);
    EXPECT_EQ(quote.time, slot.sequence);
    EXPECT_EQ(quote.price, static_cast<double>(slot.sequence));
    return slot.state;
  };
  EXPECT_TRUE(eventually([&] {
    const Sequence first = in.next();
    while (in.next() != first + capacity)
      static_cast<void>(in.wait());
    in.commit();
    // The full ring is written over from its first slot on. The reader looks again and again for
    // the slot that is written now.
    do {
      Sequence from = first;
      for (std::uint64_t left = capacity; left > 0; left /= 2)
        if (readAt(from + left / 2) == SlotState::overwritten) from += left / 2;
    } while (readAt(first + capacity - 1) == SlotState::whole && !HasFailure());
    return (whole >= 500 && overwritten >= 500) || HasFailure();
  }));
}

TEST_F(LiveStream, ASleepingConsumerAndWhatItSleepsForAreShown) {
  const SharedNumber joined;
  const ChildProcess producer([&] {
    auto ring = create();
    joined.reaches(1);
    for (int i = 0; i < 10; ++i) {
      ring.claimOne() = {};
      ring.publish();
    }
    joined.reaches(2);
    return 0;
  });
  const ChildProcess consumer([&] { return consume("risk", joined); });
  ASSERT_TRUE(joined.reaches(1));
  EXPECT_TRUE(eventually([&] {
    const Snapshot now = snapshot();
    if (!now.healthy() || now.consumers.size() != 1) return false;
    const ConsumerFacts& risk = now.consumers[0];
    return risk.process.pid == static_cast<std::uint64_t>(consumer.pid()) && risk.name == "risk" &&
           risk.alive && risk.asleepFor == Sequence{10} && risk.lag == 0 &&
           now.producer->doorbell.armed() && now.producer->doorbell.awaited() == 10;
  }));
}

TEST_F(LiveStream, AKilledConsumerIsFoundGoneAndAKilledProducerDead) {
  const SharedNumber joined;
  ChildProcess producer([&] {
    const auto ring = create();
    joined.reaches(2);
    return 0;
  });
  ChildProcess consumer([&] { return consume("risk", joined); });
  ASSERT_TRUE(joined.reaches(1));
  EXPECT_EQ(faultsOf(snapshot()), "");
  consumer.signal(SIGKILL);
  EXPECT_TRUE(eventually([&] {
    const auto findings = snapshot().findings;
    return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.text.starts_with("consumer 'risk' (row 0, pid ") &&
             finding.text.ends_with(
                 "is gone; the producer goes on without it once the ring is full");
    });
  }));
  producer.signal(SIGKILL);
  EXPECT_TRUE(eventually(
      [&] { return faultsOf(snapshot()).find("died without leaving") != std::string::npos; }));
}

TEST_F(LiveStream, AStreamThatWasClosedAndDrainedIsHealthy) {
  const SharedNumber joined;
  ChildProcess producer([&] {
    auto ring = create();
    joined.reaches(1);
    ring.claimOne() = {};
    ring.publish();
    ring.close();
    return 0;
  });
  ChildProcess consumer([&] { return consume("risk", joined); });
  ASSERT_EQ(producer.wait(), 0);
  ASSERT_EQ(consumer.wait(), 0);
  const Snapshot now = snapshot();
  EXPECT_TRUE(now.healthy()) << faultsOf(now);
  EXPECT_EQ(now.producer->state, ProducerState::closed);
  EXPECT_EQ(now.producer->stream.published, 0U);
  EXPECT_TRUE(now.consumers.empty());
}

}  // namespace
}  // namespace sluice::inspect
