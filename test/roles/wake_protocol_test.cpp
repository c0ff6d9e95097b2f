// The wake protocol that a creator chooses: whom it lets take part, and what a publish may do.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>

#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/fence.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/sanitizers.hpp"
#include "support/system_call_filter.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

constexpr int endedByTheFilter = -1000 - SIGSYS;

/// The words of a segment, as a process has them that takes no part: it holds a row's lease and
/// does not join.
class Words {
 public:
  explicit Words(const SegmentName& name)
      : held_(detail::Participant::openAsConsumer(name.path(), "outside", {}, {}).value()) {}

  WakeProtocol protocol() const { return held_.view().geometry().wakeProtocol; }
  detail::ProducerPage& producer() const { return held_.view().producer(); }
  detail::Doorbell& doorbell() const { return held_.view().doorbell(detail::producerParticipant); }
  detail::ConsumerPage& reader() const { return held_.view().consumer(row()); }
  bool producerIsAsked() const { return isArmed(doorbell()); }
  bool readerIsAsked() const {
    return isArmed(held_.view().doorbell(detail::consumerParticipant(row())));
  }

 private:
  static bool isArmed(const detail::Doorbell& doorbell) {
    return detail::DoorbellValue{doorbell.load(std::memory_order_acquire)}.armed();
  }
  std::uint32_t row() const { return detail::findRow(held_.view(), "reader").value().row; }

  detail::Participant held_;
};

std::uint64_t count(const std::atomic<std::uint64_t>& word) {
  return word.load(std::memory_order_acquire);
}

Result<Producer<Tick>> tryToCreate(const SegmentName& name, std::optional<WakeProtocol> protocol) {
  return Producer<Tick>::create(
      name.str(),
      {.capacity = 64, .wakeProtocol = protocol, .waitStrategy = WaitStrategy::sleepAtOnce()});
}

Consumer<Tick> attach(const SegmentName& name,
                      WithoutProducer withoutProducer = WithoutProducer::end) {
  return Consumer<Tick>::attach(name.str(), {.name = "reader",
                                             .withoutProducer = withoutProducer,
                                             .appearWithin = 60s,
                                             .waitStrategy = WaitStrategy::sleepAtOnce()})
      .value();
}

TEST(WakeProtocolChoice, IsWhatTheCreatorAsksForAndElseMembarrierWhereItWorks) {
  const bool mayUseMembarrier = detail::registerForMembarrier();
  const auto automatic = mayUseMembarrier ? WakeProtocol::membarrier : WakeProtocol::fence;
  for (const auto choice : {WakeProtocol::fence, WakeProtocol::membarrier, WakeProtocol::none}) {
    if (choice == WakeProtocol::membarrier && !mayUseMembarrier) continue;
    SegmentName name;
    const auto ring = tryToCreate(name, choice);
    ASSERT_TRUE(ring) << ring.error().message();
    EXPECT_EQ(Words(name).protocol(), choice);
  }
  SegmentName name;
  const auto ring = tryToCreate(name, std::nullopt);
  ASSERT_TRUE(ring);
  EXPECT_EQ(Words(name).protocol(), automatic);
}

TEST(WakeProtocolChoice, OfAnExistingSegmentIsTheOneThatCreateOrOpenNamesOrNoneInParticular) {
  SegmentName name;
  { const auto ring = tryToCreate(name, WakeProtocol::none); }
  const auto other = Producer<Tick>::createOrOpen(
      name.str(), {.capacity = 64, .wakeProtocol = WakeProtocol::fence});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::incompatible);
  EXPECT_EQ(other.error().field, "wakeProtocol");
  EXPECT_EQ(other.error().found, "none");
  EXPECT_EQ(other.error().expected, "fence");
  EXPECT_EQ(count(Words(name).producer().term), 1u) << "nobody took the segment over";
  for (const auto choice : {std::optional(WakeProtocol::none), std::optional<WakeProtocol>()})
    EXPECT_TRUE(Producer<Tick>::createOrOpen(name.str(), {.capacity = 64, .wakeProtocol = choice}));
}

TEST(RingWithFences, WakesAConsumerThatMayNotCallMembarrier) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  SegmentName name;
  auto ring = tryToCreate(name, WakeProtocol::fence).value();
  ChildProcess reader([&] {
    testing::forbidSystemCall(SYS_membarrier, testing::Refusal::withError(EPERM));
    auto in = attach(name);
    for (std::uint64_t n = 0; n < 10; ++n) {
      if (in.wait().first() != n) return 1;
      if (in.commit() != Status::ok) return 2;
    }
    return in.wait().status() == Status::closed ? 0 : 3;
  });
  ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
  const Words words(name);
  for (std::uint64_t n = 0; n < 10; ++n) {
    // Not by the end of a slice: the doorbell is armed when the publish comes, and answered by it.
    ASSERT_TRUE(testing::eventually([&] { return words.producerIsAsked(); }));
    publish(ring, n);
    EXPECT_EQ(count(words.producer().wakes), n + 1);
  }
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
}

/// Publishes up to `goal`, under a filter that ends this process at its first system call.
int publishUnderTheFilter(const SegmentName& name, WakeProtocol protocol, std::uint64_t records,
                          const SharedNumber& step, const SharedNumber& goal) {
  auto ring = tryToCreate(name, protocol).value();
  if (ring.waitForConsumers({"reader"}, 60s) != Status::ok) return 1;
  testing::forbidAllSystemCallsBut(SYS_exit_group, testing::Refusal::byDeath());
  step.set(1);
  for (std::uint64_t n = 0; n < records; ++n) {
    while (goal.get() <= n) {
    }
    publish(ring, n);
  }
  ::_exit(0);
}

/// How such a producer ends while a consumer falls asleep before each publish.
int endOfAProducerUnderTheFilter(WakeProtocol protocol) {
  constexpr std::uint64_t records = 20;
  SegmentName name;
  SharedNumber step;
  SharedNumber goal;
  SharedNumber taken;
  ChildProcess producer([&] { return publishUnderTheFilter(name, protocol, records, step, goal); });
  ChildProcess reader([&] {
    auto in = attach(name);
    for (std::uint64_t n = 0; n < records; ++n) {
      if (in.wait().first() != n) return 1;
      in.commit();
      taken.set(n + 1);
    }
    return in.wait().status() == Status::peerDied ? 0 : 2;
  });
  EXPECT_TRUE(step.reaches(1));
  if (protocol == WakeProtocol::none) {
    // As a process does that follows no protocol at all.
    Words(name).doorbell().fetch_or(detail::DoorbellValue::armedBit, std::memory_order_seq_cst);
  }
  for (std::uint64_t n = 0; n < records; ++n) {
    EXPECT_TRUE(testing::fallsAsleep(reader.pid()));
    goal.set(n + 1);
    if (protocol != WakeProtocol::none) return producer.wait();
    EXPECT_TRUE(taken.reaches(n + 1));
  }
  EXPECT_EQ(reader.wait(), 0);
  return producer.wait();
}

TEST(RingWithoutWakes, PublishMakesNoSystemCallWhateverConsumersDo) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers make system calls of their own";
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  EXPECT_EQ(endOfAProducerUnderTheFilter(WakeProtocol::none), 0);
  EXPECT_EQ(endOfAProducerUnderTheFilter(WakeProtocol::fence), endedByTheFilter)
      << "the filter sees a publish that wakes";
}

TEST(RingWithoutWakes, AConsumerAsleepLearnsOfEachProducersEnd) {
  SegmentName name;
  SharedNumber step;
  ChildProcess first([&] {
    auto ring = tryToCreate(name, WakeProtocol::none).value();
    if (ring.waitForConsumers({"reader"}, 60s) != Status::ok) return 1;
    publish(ring, 0);
    step.set(1);
    for (;;)
      ::pause();
  });
  ChildProcess reader([&] {
    auto in = attach(name, WithoutProducer::stay);
    for (std::uint64_t n = 0; n < 2; ++n) {
      if (in.wait().first() != n) return 1;
      in.commit();
    }
    return in.wait().status() == Status::closed ? 0 : 2;
  });
  ASSERT_TRUE(step.reaches(1));
  auto end = Consumer<Tick>::attach(name.str(), {.waitStrategy = WaitStrategy::sleepAtOnce()});
  ASSERT_TRUE(end);
  std::jthread killer([&] { first.signal(SIGKILL); });
  EXPECT_EQ(end->wait().status(), Status::peerDied);
  auto second = Producer<Tick>::open(name.str(), {.takeOverWithin = 60s}).value();
  publish(second, 1);
  ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
  second.close();
  EXPECT_EQ(reader.wait(), 0);
}

TEST(RingWithoutWakes, AProducerAsleepOnAFullRingIsWokenByTheCommit) {
  SegmentName name;
  auto ring = tryToCreate(name, WakeProtocol::none).value();
  SharedNumber mayCommit;
  ChildProcess reader([&] {
    auto in = attach(name);
    if (!in.wait(60s)) return 1;
    if (!mayCommit.reaches(1)) return 2;
    return in.commit(1) == Status::ok && in.wait(60s) && in.commit() == Status::ok ? 0 : 3;
  });
  ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
  publish(ring, 0, ring.capacity());
  const Words words(name);
  const detail::ConsumerPage& page = words.reader();
  std::jthread allower([&] {
    testing::eventually([&] { return words.readerIsAsked(); });
    mayCommit.set(1);
  });
  publish(ring, ring.capacity());
  EXPECT_EQ(reader.wait(), 0);
  EXPECT_GE(count(page.wakes), 1u);
}

TEST(RingWithoutWakes, AConsumerThatSleepsAsksTheProducerForNothing) {
  SegmentName name;
  auto ring = tryToCreate(name, WakeProtocol::none).value();
  auto in = attach(name);
  EXPECT_EQ(in.wait(5ms).status(), Status::timedOut);
  EXPECT_FALSE(Words(name).producerIsAsked());
  EXPECT_GE(count(Words(name).reader().sleeps), 1u);
}

}  // namespace
}  // namespace sluice
