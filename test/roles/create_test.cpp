// Creating a segment: what is refused, what is replaced, and what the others are told.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "refusal.hpp"
#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using testing::SegmentName;

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

}  // namespace
}  // namespace sluice
