// Creating, opening, replacing, removing and attaching: who is let in, and what the others are
// told.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/new_file.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {

struct Trade {
  std::uint64_t number;
  std::uint64_t complement;
};
struct Wide {
  std::uint64_t number[3];
};
template <>
inline constexpr std::string_view recordName<Wide> = "Tick";
struct Nameless {
  std::uint64_t number;
  std::uint64_t complement;
};
template <>
inline constexpr std::string_view recordName<Trade> = "Trade";

namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

template <class R>
Error errorOf(const R& result) {
  EXPECT_FALSE(result.has_value());
  return result.has_value() ? Error{} : result.error();
}

TEST(Create, FailsOnATakenNameAndLeavesTheOtherAlone) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Tick>::attach(name.str()).value();
  EXPECT_EQ(errorOf(Producer<Tick>::create(name.str(), {.capacity = 8})).code,
            ErrorCode::alreadyExists);
  ring.claimOne() = Tick::of(1);
  ring.publish();
  EXPECT_EQ(in.wait().front().number, 1u);
}

TEST(Create, RefusesWhatNoSegmentCanHaveAndSaysWhichOption) {
  SegmentName name;
  EXPECT_EQ(errorOf(Producer<Tick>::create(name.str(), {})).field, "capacity");
  EXPECT_EQ(errorOf(Producer<Tick>::create(name.str(), {.capacity = 12})).field, "capacity");
  const std::uint64_t tooLarge = std::uint64_t{1} << 30;
  EXPECT_EQ(errorOf(Producer<Tick>::create(name.str(), {.capacity = tooLarge})).field, "capacity");
  for (const std::uint32_t consumers : {0U, 65U}) {
    const Error error =
        errorOf(Producer<Tick>::create(name.str(), {.capacity = 8, .maxConsumers = consumers}));
    EXPECT_EQ(error.code, ErrorCode::invalidArgument) << error.message();
  }
  for (const char* bad : {"", "a/b", ".hidden", "/lead"}) {
    const Error error = errorOf(Producer<Tick>::create(bad, {.capacity = 8}));
    EXPECT_EQ(error.code, ErrorCode::invalidArgument);
    EXPECT_EQ(error.field, "name");
  }
  EXPECT_EQ(errorOf(Consumer<Tick>::attach(name.str())).code, ErrorCode::notFound);
}

TEST(Create, GivesExactlyThePermissionsAskedForWhateverTheUmask) {
  for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
    SegmentName plain;
    SegmentName wide;
    const mode_t before = ::umask(mask);
    const auto one = Producer<Tick>::create(plain.str(), {.capacity = 8});
    const auto two = Producer<Tick>::create(wide.str(), {.capacity = 8, .mode = 0664});
    ::umask(before);
    ASSERT_TRUE(one && two);
    struct stat status {};
    ASSERT_EQ(::stat(plain.path().string().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600u);
    ASSERT_EQ(::stat(wide.path().string().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0664u);
  }
}

TEST(Create, AFullFileSystemIsAnErrorAtOnceAndLeavesNothing) {
  SegmentName name;
  struct Large {
    std::byte bytes[1 << 16];
  };
  const auto ring = Producer<Large>::create(name.str(), {.capacity = 1 << 22});
  const Error error = errorOf(ring);
  EXPECT_EQ(error.code, ErrorCode::full) << error.message();
  EXPECT_EQ(error.field, "capacity");
  struct stat status {};
  EXPECT_NE(::stat(name.path().string().c_str(), &status), 0);
}

TEST(Create, ReplacesASegmentWhoseProducerIsGoneAndClosesItsStream) {
  SegmentName name;
  auto old = Consumer<Tick>::attach(name.str());
  {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    old = Consumer<Tick>::attach(name.str(), {.withoutProducer = WithoutProducer::stay});
    ASSERT_TRUE(old);
  }
  auto ring =
      Producer<Tick>::create(name.str(), {.capacity = 16, .whenTaken = WhenTaken::replace}).value();
  EXPECT_EQ(ring.capacity(), 16u);
  EXPECT_EQ(old->wait().status(), Status::closed);
  auto in = Consumer<Tick>::attach(name.str()).value();
  ring.claimOne() = Tick::of(1);
  ring.publish();
  EXPECT_EQ(in.wait().front().number, 1u);
}

TEST(Create, DoesNotReplaceASegmentWhoseProducerLives) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  const Error error =
      errorOf(Producer<Tick>::create(name.str(), {.capacity = 8, .whenTaken = WhenTaken::replace}));
  EXPECT_EQ(error.code, ErrorCode::inUse);
  EXPECT_NE(error.found.find("pid " + std::to_string(::getpid())), std::string::npos)
      << error.message();
  EXPECT_TRUE(Consumer<Tick>::attach(name.str()));
}

TEST(Create, EveryMemoryOptionGivesAWorkingSegment) {
  for (const MemoryOptions& memory :
       {MemoryOptions{.prefault = true}, MemoryOptions{.hugePages = true},
        MemoryOptions{.prefault = true, .hugePages = true}}) {
    SegmentName name;
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 1024, .memory = memory}).value();
    auto in = Consumer<Tick>::attach(name.str(), {.memory = memory}).value();
    ring.claimOne() = Tick::of(3);
    ring.publish();
    EXPECT_EQ(in.wait().front().number, 3u);
  }
}

TEST(Open, ASecondProducerIsRefusedAndToldWhoHoldsTheRing) {
  SegmentName name;
  SharedNumber ready;
  ChildProcess holder([&] {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    ready.set(1);
    return ready.reaches(2) ? 0 : 1;
  });
  ASSERT_TRUE(ready.reaches(1));
  const Error error = errorOf(Producer<Tick>::open(name.str()));
  EXPECT_EQ(error.code, ErrorCode::inUse);
  EXPECT_NE(error.message().find("pid " + std::to_string(holder.pid())), std::string::npos)
      << error.message();
  ready.set(2);
  EXPECT_EQ(holder.wait(), 0);
}

TEST(Open, ContinuesWhereAProducerOfAnotherProcessLeftAndWhoStayedSeesOneStream) {
  SegmentName name;
  SharedNumber step;
  ChildProcess first([&] {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    step.set(1);
    if (!step.reaches(2)) return 1;
    for (std::uint64_t n = 0; n < 5; ++n) {
      ring.claimOne() = Tick::of(n);
      ring.publish();
    }
    static_cast<void>(ring.claimUpTo(2));  // claimed and never published
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  auto in = Consumer<Tick>::attach(name.str(), {.withoutProducer = WithoutProducer::stay}).value();
  auto leaves = Consumer<Tick>::attach(name.str()).value();
  step.set(2);
  ASSERT_EQ(first.wait(), 0);
  auto ring = Producer<Tick>::open(name.str()).value();
  EXPECT_EQ(ring.lastPublished(), 4u);
  for (std::uint64_t n = 5; n < 8; ++n) {
    ring.claimOne() = Tick::of(n);
    ring.publish();
  }
  ring.close();
  std::uint64_t expected = 0;
  while (auto batch = in.wait()) {
    for (const Tick& tick : batch)
      ASSERT_EQ(tick.number, expected++);
    in.commit();
  }
  EXPECT_EQ(expected, 8u);
  EXPECT_EQ(in.status(), Status::closed);
}

TEST(Open, AClosedStreamCannotGoOn) {
  SegmentName name;
  {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    ring.close();
  }
  EXPECT_EQ(errorOf(Producer<Tick>::open(name.str())).code, ErrorCode::ended);
}

TEST(CreateOrOpen, CreatesTheFirstTimeAndContinuesTheNext) {
  SegmentName name;
  {
    auto ring = Producer<Tick>::createOrOpen(name.str(), {.capacity = 8}).value();
    ring.claimOne() = Tick::of(0);
    ring.publish();
  }
  auto ring = Producer<Tick>::createOrOpen(name.str(), {.capacity = 64}).value();
  EXPECT_EQ(ring.lastPublished(), 0u);
  EXPECT_EQ(ring.capacity(), 8u);
}

TEST(Attach, RefusesARecordOfAnotherSizeNameOrLayoutAndSaysWhatWasFound) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  EXPECT_EQ(errorOf(Consumer<Wide>::attach(name.str())).code, ErrorCode::recordMismatch);
  const Error other = errorOf(Consumer<Trade>::attach(name.str()));
  EXPECT_EQ(other.code, ErrorCode::recordMismatch);
  EXPECT_NE(other.message().find("Tick"), std::string::npos) << other.message();
  EXPECT_NE(other.message().find("Trade"), std::string::npos) << other.message();
  EXPECT_NE(other.message().find(name.str()), std::string::npos) << other.message();
  EXPECT_EQ(errorOf(Consumer<Nameless>::attach(name.str())).code, ErrorCode::recordMismatch);
  const auto packedReader = Consumer<Tick, packed>::attach(name.str());
  EXPECT_EQ(errorOf(packedReader).code, ErrorCode::recordMismatch);
  EXPECT_EQ(errorOf(Observer<Trade>::attach(name.str())).code, ErrorCode::recordMismatch);
  EXPECT_EQ(errorOf(Producer<Trade>::open(name.str())).code, ErrorCode::recordMismatch);
  EXPECT_TRUE(Consumer<Tick>::attach(name.str()));
}

TEST(Attach, RefusesAFileThatIsNoSegment) {
  SegmentName name;
  testing::FileToBe file(name.path());
  file.done(file.resize(65536));
  file.done(file.link());
  EXPECT_EQ(errorOf(Consumer<Tick>::attach(name.str())).code, ErrorCode::notASegment);
  EXPECT_EQ(errorOf(Producer<Tick>::open(name.str())).code, ErrorCode::notASegment);
  EXPECT_EQ(errorOf(Observer<Tick>::attach(name.str())).code, ErrorCode::notASegment);
  EXPECT_FALSE(
      Producer<Tick>::create(name.str(), {.capacity = 8, .whenTaken = WhenTaken::replace}));
}

TEST(Attach, WaitsForTheSegmentToAppearUntilADeadline) {
  SegmentName name;
  EXPECT_EQ(errorOf(Consumer<Tick>::attach(name.str(), {.appearWithin = 1ms})).code,
            ErrorCode::timedOut);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(errorOf(Observer<Tick>::attach(name.str(), {.appearWithin = stop.get_token()})).code,
            ErrorCode::stopped);
  SharedNumber waiting;
  ChildProcess reader([&] {
    waiting.set(1);
    auto in = Consumer<Tick>::attach(name.str(), {.name = "early", .appearWithin = 60s}).value();
    return in.wait().front().number == 9 ? 0 : 1;
  });
  ASSERT_TRUE(waiting.reaches(1));
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  ASSERT_EQ(ring.waitForConsumers({"early"}, 60s), Status::ok);
  ring.claimOne() = Tick::of(9);
  ring.publish();
  EXPECT_EQ(reader.wait(), 0);
}

TEST(Directory, IsAnOption) {
  SegmentName name;
  const std::string directory = "/dev/shm/" + name.str() + "-dir";
  ASSERT_EQ(::mkdir(directory.c_str(), 0700), 0);
  {
    auto ring = Producer<Tick>::create("ticks", {.capacity = 8, .directory = directory}).value();
    EXPECT_EQ(errorOf(Consumer<Tick>::attach("ticks")).code, ErrorCode::notFound);
    auto in = Consumer<Tick>::attach("ticks", {.directory = directory}).value();
    EXPECT_TRUE(Observer<Tick>::attach("ticks", {.directory = directory}));
    ring.claimOne() = Tick::of(1);
    ring.publish();
    EXPECT_EQ(in.wait().size(), 1u);
  }
  EXPECT_TRUE(removeSegment("ticks", {.directory = directory}));
  EXPECT_EQ(::rmdir(directory.c_str()), 0);
}

TEST(ForkedChild, OfAnAttachedProcessIsNotAttachedAndHarmsNothing) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Tick>::attach(name.str(), {.name = "reader"}).value();
  ChildProcess child([&] {
    { const auto gone = std::move(ring); }
    { const auto gone = std::move(in); }
    return 0;
  });
  ASSERT_EQ(child.wait(), 0);
  EXPECT_EQ(errorOf(Producer<Tick>::open(name.str())).code, ErrorCode::inUse);
  EXPECT_EQ(errorOf(Consumer<Tick>::attach(name.str(), {.name = "reader"})).code, ErrorCode::inUse);
  ring.claimOne() = Tick::of(1);
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(in.wait().size(), 1u);
  EXPECT_EQ(in.commit(), Status::ok);
}

int refused(const std::string& operation, const SegmentName& name, const std::string& calls) {
  const std::string program = SLUICE_TEST_PROGRAMS_DIR "/refused_stream";
  const int status =
      std::system((program + " " + operation + " " + name.str() + " " + calls).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RefusedSystemCalls, TheStreamRunsWithoutMembarrierFutexWaitvAndRobustLists) {
  for (const char* calls : {"membarrier", "futex_waitv", "set_robust_list", "all"}) {
    SegmentName name;
    EXPECT_EQ(refused("stream", name, calls), 0) << calls;
  }
}

TEST(RefusedSystemCalls, DeathsAreNoticedWithoutThemToo) {
  for (const char* calls : {"membarrier", "futex_waitv", "set_robust_list", "all"}) {
    SegmentName name;
    EXPECT_EQ(refused("deaths", name, calls), 0) << calls;
  }
}

TEST(RefusedSystemCalls, WhoMayNotUseMembarrierMayAttachToASegmentWithoutIt) {
  SegmentName name;
  ASSERT_EQ(refused("stream", name, "membarrier"), 0);
  auto in = Consumer<std::uint64_t>::attach(name.str());
  ASSERT_TRUE(in) << in.error().message();
  EXPECT_EQ(in->wait().status(), Status::closed);
}

TEST(RefusedSystemCalls, WhoMayNotUseMembarrierIsRefusedWhenChoosingIt) {
  SegmentName name;
  EXPECT_EQ(refused("choose", name, "membarrier"), 0);
}

TEST(RefusedSystemCalls, WhoMayNotUseMembarrierIsRefusedByASegmentThatNeedsIt) {
  SegmentName name;
  auto ring = Producer<std::uint64_t>::create(name.str(), {.capacity = 8});
  ASSERT_TRUE(ring);
  if (!detail::registerForMembarrier()) GTEST_SKIP() << "this kernel has no membarrier";
  EXPECT_EQ(refused("attach", name, "membarrier"), 0);
}

}  // namespace
}  // namespace sluice
