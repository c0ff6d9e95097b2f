// Roles and sets in an event loop.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "each_wake_protocol.hpp"
#include "message_stream.hpp"
#include "sluice/message.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/readable.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::becomesReadable;
using testing::ChildProcess;
using testing::isReadable;
using testing::SegmentName;
using testing::SharedNumber;

class ReadyDescriptor : public ::testing::Test {
 protected:
  Consumer<Tick> attach(const ConsumerOptions& options = {}) const {
    return Consumer<Tick>::attach(name_.str(), options).value();
  }

  SegmentName name_;
  Producer<Tick> ring_ = create(name_, 8);
};

TEST_F(ReadyDescriptor, IsReadableOnceThereIsARecordAndUntilTheNextArm) {
  auto in = attach();
  const int descriptor = in.readyDescriptor().value();
  EXPECT_EQ(in.readyDescriptor().value(), descriptor);
  EXPECT_FALSE(isReadable(descriptor));
  publish(ring_, 1);
  EXPECT_FALSE(isReadable(descriptor, 5ms));  // nobody has asked
  EXPECT_EQ(in.arm(), Status::ok);
  EXPECT_TRUE(isReadable(descriptor));
  EXPECT_EQ(in.tryWait().size(), 1u);
  EXPECT_TRUE(isReadable(descriptor));
  EXPECT_EQ(in.arm(), Status::timedOut);
  EXPECT_FALSE(isReadable(descriptor));
  publish(ring_, 2);
  EXPECT_TRUE(becomesReadable(descriptor));
  publish(ring_, 3);
  EXPECT_TRUE(isReadable(descriptor));
  EXPECT_EQ(in.tryWait().size(), 2u);
}

TEST_F(ReadyDescriptor, ThatWasNotAskedForCannotBeArmed) {
  auto in = attach();
  EXPECT_EQ(in.arm(), Status::detached);
  EXPECT_EQ(ring_.arm(), Status::detached);
}

TEST_F(ReadyDescriptor, IsNotInheritedByAProgramThatIsExecuted) {
  auto in = attach();
  const int flags = ::fcntl(in.readyDescriptor().value(), F_GETFD);
  EXPECT_NE(flags & FD_CLOEXEC, 0);
}

TEST_F(ReadyDescriptor, OfSeveralRolesOnOneRingAreAllReadableAfterOneWake) {
  std::list<Consumer<Tick>> consumers;
  std::vector<int> descriptors;
  for (int i = 0; i < 5; ++i) {
    consumers.push_back(attach());
    descriptors.push_back(consumers.back().readyDescriptor().value());
    EXPECT_EQ(consumers.back().arm(), Status::timedOut);
  }
  publish(ring_, 1);
  for (const int descriptor : descriptors)
    EXPECT_TRUE(becomesReadable(descriptor));
}

TEST_F(ReadyDescriptor, OfManyRolesAreServedByOneThread) {
  constexpr std::size_t count = 150;
  {
    std::list<SegmentName> names(count);
    std::vector<Producer<Tick>> rings;
    std::vector<Consumer<Tick>> consumers;
    std::vector<int> descriptors;
    for (const SegmentName& name : names) {
      rings.push_back(create(name, 4));
      consumers.push_back(Consumer<Tick>::attach(name.str()).value());
    }
    for (auto& consumer : consumers) {
      descriptors.push_back(consumer.readyDescriptor().value());
      EXPECT_EQ(consumer.arm(), Status::timedOut);
    }
    EXPECT_TRUE(testing::eventually([] { return testing::threadsNamed("sluice-ready") == 1; }));
    for (std::size_t i = 0; i < count; ++i) {
      publish(rings[i], i);
      EXPECT_TRUE(becomesReadable(descriptors[i]));
    }
  }
  EXPECT_TRUE(testing::eventually([] { return testing::threadsNamed("sluice-ready") == 0; }));
}

TEST_F(ReadyDescriptor, IsReadableWhenTheStreamEnds) {
  auto in = attach();
  const int descriptor = in.readyDescriptor().value();
  EXPECT_EQ(in.arm(), Status::timedOut);
  ring_.close();
  EXPECT_TRUE(becomesReadable(descriptor));
  EXPECT_EQ(in.arm(), Status::closed);
  EXPECT_TRUE(isReadable(descriptor));
  EXPECT_EQ(in.tryWait().status(), Status::closed);
}

TEST_F(ReadyDescriptor, IsReadableWhenTheProducerIsKilled) {
  SegmentName name;
  const SharedNumber step;
  ChildProcess producer([&] {
    auto ring = create(name, 8);
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  std::vector<Consumer<Tick>> consumers;
  for (int i = 0; i < 2; ++i) {
    consumers.push_back(Consumer<Tick>::attach(name.str()).value());
    EXPECT_TRUE(consumers.back().readyDescriptor());
  }
  for (auto& in : consumers)
    EXPECT_EQ(in.arm(), Status::timedOut);
  producer.signal(SIGKILL);
  for (auto& in : consumers) {
    // The kernel tells of the death before the last store can come, so the first look may be early.
    while (in.tryWait().status() == Status::timedOut) {
      ASSERT_TRUE(becomesReadable(in.readyDescriptor().value()));
      in.arm();
    }
    EXPECT_EQ(in.tryWait().status(), Status::peerDied);
  }
}

TEST_F(ReadyDescriptor, OfAProducerIsReadableWhenThereIsRoom) {
  auto in = attach();
  const int descriptor = ring_.readyDescriptor().value();
  EXPECT_EQ(ring_.arm(), Status::ok);
  EXPECT_TRUE(isReadable(descriptor));
  publish(ring_, 0, 8);
  EXPECT_EQ(ring_.arm(), Status::timedOut);
  EXPECT_FALSE(isReadable(descriptor));
  EXPECT_EQ(in.wait().size(), 8u);
  EXPECT_EQ(in.commit(1), Status::ok);
  EXPECT_TRUE(becomesReadable(descriptor));
  EXPECT_NE(ring_.tryClaim(), nullptr);
}

TEST_F(ReadyDescriptor, OfAProducerOfMessagesIsReadableWhenThereIsRoomForThatMany) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  const int descriptor = ring.readyDescriptor().value();
  const int readers = in.readyDescriptor().value();
  EXPECT_EQ(in.arm(), Status::timedOut);
  for (int i = 0; i < 2; ++i)
    ring.send(std::string(2000, 'x'));
  EXPECT_TRUE(becomesReadable(readers));
  EXPECT_EQ(ring.arm(8), Status::ok);
  EXPECT_TRUE(isReadable(descriptor));
  EXPECT_EQ(ring.arm(2000), Status::timedOut);
  EXPECT_FALSE(isReadable(descriptor));
  EXPECT_EQ(in.wait().size(), 2u);
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_TRUE(becomesReadable(descriptor));
}

TEST_F(ReadyDescriptor, OfASetIsReadableForAnyOfItsMembers) {
  SegmentName other;
  auto otherRing = create(other, 8);
  auto in = attach();
  auto otherIn = UntypedConsumer::attach(other.str()).value();
  WaitSet set;
  set.add(in);
  const auto last = set.add(otherIn);
  const int descriptor = set.readyDescriptor().value();
  EXPECT_EQ(set.arm().status(), Status::timedOut);
  EXPECT_FALSE(isReadable(descriptor));
  publish(otherRing, 1);
  EXPECT_TRUE(becomesReadable(descriptor));
  const ReadyMembers ready = set.tryWait();
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].member, last);
  set.remove(last);
  EXPECT_FALSE(isReadable(descriptor));
  EXPECT_EQ(set.arm().status(), Status::timedOut);
  publish(ring_, 1);
  EXPECT_TRUE(becomesReadable(descriptor));
}

TEST_F(ReadyDescriptor, MayBeArmedWhenItsRoleGoesOrMoves) {
  for (int i = 0; i < 20; ++i) {
    auto in = attach();
    EXPECT_TRUE(in.readyDescriptor());
    EXPECT_EQ(in.arm(), Status::timedOut);
    auto other = attach();
    EXPECT_TRUE(other.readyDescriptor());
    EXPECT_EQ(other.arm(), Status::timedOut);
    in = std::move(other);
    publish(ring_, 1);
    EXPECT_TRUE(becomesReadable(in.readyDescriptor().value()));
    EXPECT_EQ(in.arm(), Status::ok);
    EXPECT_EQ(in.tryWait().size(), 1u);
    EXPECT_EQ(other.arm(), Status::detached);
    EXPECT_EQ(other.readyDescriptor().error().code, ErrorCode::invalidArgument);
  }
}

TEST_F(ReadyDescriptor, IsLeftAloneByAForkedChild) {
  auto in = attach();
  const int descriptor = in.readyDescriptor().value();
  publish(ring_, 1);
  EXPECT_EQ(in.arm(), Status::ok);
  ChildProcess child([&] {
    if (in.arm() != Status::detached) return 1;
    { const auto gone = std::move(in); }
    // A child may have descriptors of its own.
    SegmentName name;
    auto ring = create(name, 8);
    auto own = Consumer<Tick>::attach(name.str()).value();
    const int readable = own.readyDescriptor().value();
    if (own.arm() != Status::timedOut || isReadable(readable)) return 2;
    publish(ring, 1);
    return becomesReadable(readable) ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(isReadable(descriptor));
  EXPECT_EQ(in.tryWait().size(), 1u);
  EXPECT_EQ(in.arm(), Status::timedOut);
  publish(ring_, 2);
  EXPECT_TRUE(becomesReadable(descriptor));
}

TEST_F(ReadyDescriptor, ThatOtherCodeHasClosedIsNeverWrittenThroughItsNumber) {
  auto in = attach();
  const int descriptor = in.readyDescriptor().value();
  EXPECT_EQ(in.arm(), Status::timedOut);
  ::close(descriptor);
  char path[] = "/tmp/sluice-ready-XXXXXX";
  const int file = ::mkstemp(path);
  ASSERT_EQ(file, descriptor);
  publish(ring_, 1);
  // The next descriptor is served after it.
  auto next = attach({.startAt = StartAt::oldest});
  EXPECT_TRUE(next.readyDescriptor());
  EXPECT_EQ(next.arm(), Status::ok);
  EXPECT_TRUE(becomesReadable(next.readyDescriptor().value()));
  struct stat status {};
  EXPECT_EQ(::fstat(file, &status), 0);
  EXPECT_EQ(status.st_size, 0);
  ::unlink(path);
}

TEST_F(ReadyDescriptor, OfAnIdleRingIsSeldomReadableForNothing) {
  auto in = attach();
  const int descriptor = in.readyDescriptor().value();
  const auto end = std::chrono::steady_clock::now() + 1s;
  int times = 0;
  while (std::chrono::steady_clock::now() < end) {
    EXPECT_EQ(in.arm(), Status::timedOut);
    if (isReadable(descriptor, 200ms)) ++times;
    EXPECT_TRUE(in.tryWait().empty());
  }
  EXPECT_LE(times, 4);
}

using ReadyDescriptorUnderEachProtocol = UnderEachWakeProtocol;

TEST_P(ReadyDescriptorUnderEachProtocol, LosesNoRecordOfAnotherProcessInALoop) {
  constexpr std::uint64_t records = 2000;
  SegmentName name;
  auto ring =
      Producer<Tick>::create(name.str(), {.capacity = 4, .wakeProtocol = GetParam()}).value();
  ChildProcess reader([&] {
    auto in = Consumer<Tick>::attach(name.str(), {.name = "in"}).value();
    const int descriptor = in.readyDescriptor().value();
    const int loop = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    if (::epoll_ctl(loop, EPOLL_CTL_ADD, descriptor, &event) != 0) return 1;
    std::uint64_t next = 0;
    while (in.arm() != Status::detached) {
      if (::epoll_wait(loop, &event, 1, 60'000) != 1) return 2;
      while (auto batch = in.tryWait()) {
        for (const Tick& tick : batch)
          if (tick.number != next++) return 3;
        in.commit();
      }
      if (in.status() == Status::closed) return next == records ? 0 : 4;
    }
    return 5;
  });
  ASSERT_EQ(ring.waitForConsumers({"in"}, 60s), Status::ok);
  publish(ring, 0, records);
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(WakeProtocol, ReadyDescriptorUnderEachProtocol,
                         ::testing::ValuesIn(eachWakeProtocol), nameOfProtocol);

}  // namespace
}  // namespace sluice
