// A held row, and the ways in which its consumer may go.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>

#include "conformance/conformance.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SharedNumber;

enum class Going { byDestructor, byTermination, byKill };
constexpr Going everyWay[] = {Going::byDestructor, Going::byTermination, Going::byKill};

template <class P>
class HeldRow : public Conformance<P> {
 protected:
  /// A held consumer in another process, which commits that many records and then goes.
  ChildProcess commitAndGo(const std::string& segment, std::uint64_t commits, Going going,
                           SharedNumber& committed) const {
    return ChildProcess([=, &committed] {
      // Taken where the child waits for it: not every runtime runs handlers in a forked child.
      sigset_t termination;
      sigemptyset(&termination);
      sigaddset(&termination, SIGTERM);
      ::pthread_sigmask(SIG_BLOCK, &termination, nullptr);
      auto in = P::attach(segment, {.name = "journal", .onDeath = OnDeath::hold}).value();
      std::uint64_t left = commits;
      while (left != 0) {
        const auto batch = in.wait();
        const std::uint64_t n = std::min<std::uint64_t>(left, batch.size());
        if (in.commit(n) != Status::ok) return 1;
        left -= n;
      }
      committed.set(1);
      if (going == Going::byDestructor) return committed.reaches(2) ? 0 : 2;
      const timespec within{60, 0};
      return ::sigtimedwait(&termination, nullptr, &within) == SIGTERM ? 0 : 3;
    });
  }

  static void makeGo(ChildProcess& child, Going going, SharedNumber& committed) {
    if (going == Going::byDestructor) committed.set(2);
    if (going == Going::byKill) child.signal(SIGKILL);
    const bool asked = going == Going::byTermination;
    const auto ended = [&] {
      if (asked) child.signal(SIGTERM);  // again and again, as one may come just before the pause
      siginfo_t state{};
      return ::waitid(P_PID, static_cast<id_t>(child.pid()), &state, WEXITED | WNOWAIT | WNOHANG) ==
                 0 &&
             state.si_pid != 0;
    };
    ASSERT_TRUE(testing::eventually(ended));
    ASSERT_EQ(child.wait(), going == Going::byKill ? -1000 - SIGKILL : 0);
  }
};
TYPED_TEST_SUITE(HeldRow, PortsAndMessages, PortName);

TYPED_TEST(HeldRow, IsKeptHoweverItsConsumerGoes) {
  for (const Going going : everyWay) {
    SCOPED_TRACE(static_cast<int>(going));
    testing::SegmentName segment;
    SharedNumber committed;
    auto ring = TypeParam::create(segment.str(), {.capacity = 16, .maxConsumers = 1}).value();
    ChildProcess journal = this->commitAndGo(segment.str(), 5, going, committed);
    ASSERT_EQ(ring.waitForConsumers({"journal"}, 60s), Status::ok);
    this->publish(ring, 0, 10);
    ASSERT_TRUE(committed.reaches(1));
    this->makeGo(journal, going, committed);

    EXPECT_EQ(ring.waitForConsumers({"journal"}, WaitLimit::now()), Status::timedOut);
    this->publish(ring, 10, 21);
    EXPECT_EQ(ring.claimOne(100ms).status(), Status::timedOut) << "the ring is full of its records";
    EXPECT_EQ(TypeParam::attach(segment.str(), {.name = "other"}).error().code, ErrorCode::full);

    auto successor =
        TypeParam::attach(segment.str(), {.name = "journal", .onDeath = OnDeath::hold}).value();
    EXPECT_EQ(successor.next(), 5u);
    EXPECT_EQ(successor.lastCommitted(), 4u);
    EXPECT_EQ(successor.lag(), 16u);
    EXPECT_EQ(successor.lost().count, 0u);
    EXPECT_EQ(this->takeAll(successor), numbers(5, 21));
    EXPECT_EQ(successor.commit(), Status::ok);
    this->publish(ring, 21, 30);
  }
}

TYPED_TEST(HeldRow, IsKeptForASuccessorBeforeItsFirstCommitToo) {
  for (const Going going : everyWay) {
    SCOPED_TRACE(static_cast<int>(going));
    testing::SegmentName segment;
    SharedNumber committed;
    auto ring = TypeParam::create(segment.str(), {.capacity = 8}).value();
    this->publish(ring, 0, 3);
    ChildProcess journal = this->commitAndGo(segment.str(), 0, going, committed);
    ASSERT_EQ(ring.waitForConsumers({"journal"}, 60s), Status::ok);
    ASSERT_TRUE(committed.reaches(1));
    this->makeGo(journal, going, committed);
    this->publish(ring, 3, 6);
    auto successor =
        TypeParam::attach(segment.str(), {.name = "journal", .onDeath = OnDeath::hold}).value();
    EXPECT_EQ(this->takeAll(successor), numbers(3, 6));
    EXPECT_EQ(successor.lost().count, 0u);
  }
}

TYPED_TEST(HeldRow, IsKeptFromLifeToLife) {
  auto ring = this->create({.capacity = 64});
  std::uint64_t next = 0;
  for (int life = 0; life < 6; ++life) {
    SharedNumber committed;
    const Going going = everyWay[life % 3];
    ChildProcess journal = this->commitAndGo(this->name.str(), 2, going, committed);
    ASSERT_EQ(ring.waitForConsumers({"journal"}, 60s), Status::ok);
    this->publish(ring, next, next + 4);
    next += 4;
    ASSERT_TRUE(committed.reaches(1));
    this->makeGo(journal, going, committed);
  }
  auto last = this->attach({.name = "journal", .onDeath = OnDeath::hold});
  EXPECT_EQ(this->takeAll(last), numbers(12, 24));
}

TYPED_TEST(HeldRow, MakesAProducerThatSleepsWaitForTheSuccessor) {
  auto ring = this->create({.capacity = 4, .waitStrategy = WaitStrategy::sleepAtOnce()});
  { const auto in = this->attach({.name = "journal", .onDeath = OnDeath::hold}); }
  this->publish(ring, 0, 4);
  ChildProcess successor([&] {
    const pid_t producer = ::getppid();
    testing::eventually([&] { return testing::isAsleepOnFutex(producer); });
    auto in = this->attach({.name = "journal", .onDeath = OnDeath::hold});
    return this->drain(in) == numbers(0, 12) ? 0 : 1;
  });
  this->publish(ring, 4, 12);
  ring.close();
  EXPECT_EQ(successor.wait(), 0);
}

TYPED_TEST(HeldRow, MakesTheConsumersThatRunAfterItWaitForTheSuccessor) {
  auto ring = this->create({.capacity = 16});
  std::optional first(this->attach({.name = "first", .onDeath = OnDeath::hold}));
  auto second = this->attach({.after = {"first"}});
  this->publish(ring, 0, 8);
  ASSERT_EQ(first->wait().size(), 8u);
  first->commit(3);
  first.reset();
  EXPECT_EQ(this->takeAll(second), numbers(0, 3));
  EXPECT_EQ(second.wait(100ms).status(), Status::timedOut);
  auto successor = this->attach({.name = "first", .onDeath = OnDeath::hold});
  EXPECT_EQ(this->takeAll(successor), numbers(3, 8));
  successor.commit();
  EXPECT_EQ(this->takeAll(second), numbers(3, 8));
}

TYPED_TEST(HeldRow, IsGivenUpByResigningAndByASuccessorThatIsNotHeld) {
  auto ring = this->create({.capacity = 4});
  { auto in = this->attach({.name = "journal", .onDeath = OnDeath::hold}); }
  this->publish(ring, 0, 4);
  {
    auto released = this->attach({.name = "journal"});
    EXPECT_EQ(released.next(), 0u) << "it goes on in the held row";
    EXPECT_EQ(this->takeAll(released), numbers(0, 4));
  }
  this->publish(ring, 4, 20);
  {
    auto in = this->attach({.name = "journal", .onDeath = OnDeath::hold});
    in.resign();
  }
  this->publish(ring, 20, 40);
}

TYPED_TEST(HeldRow, NeedsAName) {
  auto ring = this->create({.capacity = 4});
  const auto in = TypeParam::attach(this->name.str(), {.onDeath = OnDeath::hold});
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(in.error().field, "onDeath");
}

}  // namespace
}  // namespace sluice::conformance
