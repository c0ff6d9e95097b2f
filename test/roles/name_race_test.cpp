// Processes that create, join, replace and remove a name at the same time.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include "format/segment_view.hpp"
#include "liveness/lease.hpp"
#include "segment/checked_file.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/held_byte.hpp"
#include "support/other_user.hpp"
#include "support/process_facts.hpp"
#include "support/sanitizers.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::eventually;
using ::testing::HasSubstr;
using testing::SegmentName;
using testing::SharedNumber;

const ConsumerOptions held{.name = "journal", .startAt = StartAt::oldest, .onDeath = OnDeath::hold};

detail::LeaseFile leasesOf(const detail::SegmentPath& path) {
  const auto segment = detail::openChecked(path).value();
  return detail::LeaseFile::open(path, segment.header.id).value();
}

TEST(NameRace, AFailingRemovalTakesNoHeldConsumersRowFromItsSuccessor) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 64, .maxConsumers = 64}).value();
  for (std::uint64_t n = 0; n < 10; ++n)
    ring.send(Tick::of(n));
  { const auto first = Consumer<Tick>::attach(name.str(), held).value(); }
  const auto last = Consumer<Tick>::attach(name.str(), {.name = "last"}).value();
  std::atomic<bool> over{false};
  std::jthread remover([&] {
    while (!over.load(std::memory_order_acquire))
      EXPECT_FALSE(removeSegment(name.str()));
  });
  for (int round = 0; round < 200; ++round) {
    auto successor = Consumer<Tick>::attach(name.str(), held);
    ASSERT_TRUE(successor) << successor.error().message();
    ASSERT_EQ(successor->wait().first(), 0U) << round;
    ASSERT_EQ(successor->lost().count, 0U) << round;
  }
  over.store(true, std::memory_order_release);
}

TEST(NameRace, ACreatorWhoseNameIsTakenAwayAtOnceHasItsSegmentAllTheSame) {
  SegmentName name;
  ChildProcess remover([&] {
    for (;;)
      static_cast<void>(removeSegment(name.str(), {.evenIfInUse = true, .evenIfHeld = true}));
    return 0;
  });
  for (int round = 0; round < 300; ++round) {
    // The name may not have been taken away yet.
    const bool isCreated = eventually([&] {
      const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8});
      if (!ring) {
        EXPECT_EQ(ring.error().code, ErrorCode::alreadyExists) << ring.error().message();
      }
      return ring.has_value();
    });
    ASSERT_TRUE(isCreated);
  }
  remover.signal(SIGKILL);
}

/// A process that joins and ends with 0 sleeps while another process holds that byte of the lease
/// file, and goes on when it is free.
template <class Join>
void expectSleepsWhileHeld(const std::string& leases, std::uint64_t byte, Join join) {
  SharedNumber step;
  ChildProcess other([&] {
    const testing::HeldByte holder(leases, byte);
    step.set(1);
    return holder.isHeld() && step.reaches(2) ? 0 : 1;
  });
  ASSERT_TRUE(step.reaches(1));
  ChildProcess joiner(join);
  EXPECT_TRUE(testing::fallsAsleep(joiner.pid()));
  step.set(2);
  EXPECT_EQ(other.wait(), 0);
  EXPECT_EQ(joiner.wait(), 0);
}

TEST(NameRace, AJoinerSleepsUntilAProcessThatIsAtTheNameHasDone) {
  SegmentName name;
  const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  expectSleepsWhileHeld(leasesOf(name.path()).path(), detail::nameByte,
                        [&] { return Consumer<Tick>::attach(name.str()) ? 0 : 1; });
}

TEST(FreeRow, ThatIsTheOnlyOneIsWaitedForWhileAnotherProcessHasItForAMoment) {
  SegmentName name;
  const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8, .maxConsumers = 1}).value();
  expectSleepsWhileHeld(leasesOf(name.path()).path(),
                        detail::leaseByte(detail::consumerParticipant(0)),
                        [&] { return Consumer<Tick>::attach(name.str()) ? 0 : 1; });
}

/// A ring with ten records, of which "journal" has committed three and gone, and the lease of its
/// row, which another process has.
class RowOfAGoneConsumer : public ::testing::Test {
 protected:
  RowOfAGoneConsumer() {
    for (std::uint64_t n = 0; n < 10; ++n)
      ring.send(Tick::of(n));
    auto first = Consumer<Tick>::attach(name.str(), options).value();
    static_cast<void>(first.wait());
    first.commit(3);
  }
  /// As the next of its name: that it goes on after what was committed.
  int goOn() const {
    auto successor = Consumer<Tick>::attach(name.str(), options);
    if (!successor) return 1;
    return successor->wait().first() == 3 && successor->lost().count == 0 ? 0 : 2;
  }

  SegmentName name;
  const ConsumerOptions options{held};
  Producer<Tick> ring{Producer<Tick>::create(name.str(), {.capacity = 64}).value()};
  std::string leases{leasesOf(name.path()).path()};
  std::uint64_t row{detail::leaseByte(detail::consumerParticipant(0))};
};

TEST_F(RowOfAGoneConsumer, IsWaitedForByTheNextOfItsNameWhileAnotherProcessHasItForAMoment) {
  expectSleepsWhileHeld(leases, row, [&] { return goOn(); });
}

TEST_F(RowOfAGoneConsumer, IsNotGivenUpForAnotherRowThoughAStoppedProcessHasIt) {
  {
    const testing::HeldByte stopped(leases, row);
    ASSERT_TRUE(stopped.isHeld());
    const auto refused = Consumer<Tick>::attach(name.str(), options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::inUse);
    EXPECT_THAT(refused.error().message(), HasSubstr("row 0, of 'journal'"));
  }
  EXPECT_EQ(goOn(), 0) << "nothing was lost";
}

class Replacing : public ::testing::Test {
 protected:
  Replacing() {
    auto old = Producer<Tick>::create(name.str(), options).value();
    old.send(Tick::of(7));
  }
  /// In a child of which something is refused: what becomes of the attempt, and of the old segment.
  template <class Arrange>
  int attempt(Arrange arrange) {
    ChildProcess child([&] {
      arrange();
      const auto ring = Producer<Tick>::create(name.str(), replacement);
      return ring ? 1 : ring.error().code == ErrorCode::full ? 0 : 2;
    });
    return child.wait();
  }
  bool oldIsThere() const {
    auto in = Consumer<Tick>::attach(name.str(), {.startAt = StartAt::oldest});
    if (!in) return false;
    const auto batch = in->wait();
    return batch.size() == 1 && batch.front().number == 7;
  }

  SegmentName name;
  ProducerOptions options{.capacity = 8};
  ProducerOptions replacement{.capacity = 1 << 20, .whenTaken = WhenTaken::replace};
};

TEST_F(Replacing, ThatFailsForLackOfAddressesLeavesTheOldStreamOpen) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers need addresses of their own";
  EXPECT_EQ(attempt([] {
              const rlimit limit{16U << 20, 16U << 20};
              ::setrlimit(RLIMIT_AS, &limit);
            }),
            0);
  EXPECT_TRUE(oldIsThere());
}

TEST_F(Replacing, ThatFailsForLackOfLockedMemoryLeavesTheOldStreamOpen) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers lock no pages";
  std::filesystem::permissions(name.path().string(), std::filesystem::perms{0666});
  replacement.memory.lockPages = true;
  const int status = attempt([] {
    const rlimit limit{1U << 20, 1U << 20};
    ::setrlimit(RLIMIT_MEMLOCK, &limit);
    testing::becomeAnotherUser();
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(oldIsThere());
}

TEST_F(Replacing, IsRefusedWhileAHeldRowHasRecordsToRead) {
  { const auto journal = Consumer<Tick>::attach(name.str(), held).value(); }
  const auto refused = Producer<Tick>::create(name.str(), replacement);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::inUse);
  EXPECT_THAT(refused.error().message(), HasSubstr("'journal'"));
  {
    auto journal = Consumer<Tick>::attach(name.str(), held).value();
    EXPECT_EQ(journal.wait().front().number, 7U) << "nothing was lost";
    journal.commit();
  }
  EXPECT_TRUE(Producer<Tick>::create(name.str(), replacement));
}

TEST(CreationMode, MayRefuseToBeWrittenByAnybodyElse) {
  SegmentName name;
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8, .mode = 0444}).value();
    ring.send(Tick::of(7));
    auto out = Observer<Tick>::attach(name.str(), {.startAt = StartAt::oldest}).value();
    return out.wait().record.number == 7 ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

class OtherUser : public ::testing::Test {
 protected:
  OtherUser() {
    if (::geteuid() != 0) skipped = true;
  }
  void SetUp() override {
    if (skipped) GTEST_SKIP() << "this user cannot become another";
  }
  bool skipped = false;
  SegmentName name;
};

TEST_F(OtherUser, ThatMayOnlyReadBlocksNobodyWhateverItLocks) {
  { const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8, .mode = 0644}).value(); }
  const std::string leases = leasesOf(name.path()).path();
  SharedNumber step;
  ChildProcess reader([&] {
    testing::becomeAnotherUser();
    if (::open(leases.c_str(), O_RDONLY) >= 0) return 1;
    const int segment = ::open(name.path().string().c_str(), O_RDONLY);
    struct flock lock {};
    lock.l_type = F_RDLCK;
    if (::fcntl(segment, F_OFD_SETLK, &lock) != 0) return 2;
    step.set(1);
    return step.reaches(2) ? 0 : 3;
  });
  ASSERT_TRUE(step.reaches(1));
  EXPECT_TRUE(Consumer<Tick>::attach(name.str(), {.name = "risk"}));
  EXPECT_TRUE(Producer<Tick>::open(name.str()));
  EXPECT_TRUE(removeSegment(name.str()));
  step.set(2);
  EXPECT_EQ(reader.wait(), 0);
}

TEST_F(OtherUser, ThatObservesLearnsOfTheProducersDeath) {
  SharedNumber step;
  ChildProcess producer([&] {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8, .mode = 0644}).value();
    ring.send(Tick::of(7));
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  ChildProcess observer([&] {
    testing::becomeAnotherUser();
    auto out = Observer<Tick>::attach(name.str(), {.startAt = StartAt::oldest}).value();
    if (!out.wait() || out.wait(50ms).status != Status::timedOut) return 1;
    step.set(2);
    return out.wait(60s).status == Status::peerDied ? 0 : 2;
  });
  ASSERT_TRUE(step.reaches(2));
  producer.signal(SIGKILL);
  EXPECT_EQ(observer.wait(), 0);
}

}  // namespace
}  // namespace sluice
