// Names, directories and records that a participant cannot have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <array>
#include <filesystem>
#include <string>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/scratch_directory.hpp"
#include "support/system_call_filter.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

struct Price {
  std::uint64_t time;
  double price;
  std::int32_t volume;
};
struct Other : Price {};
struct Longer : Price {};

}  // namespace

template <>
inline constexpr auto recordFields<Price> =
    std::array{SLUICE_FIELD(Price, time), SLUICE_FIELD(Price, price), SLUICE_FIELD(Price, volume)};
template <>
inline constexpr auto recordFields<Other> = std::array{
    SLUICE_FIELD(Other, time), Field{"bid", 8, 8, 1, FieldKind::real}, SLUICE_FIELD(Other, volume)};
template <>
inline constexpr auto recordFields<Longer> = std::array{SLUICE_FIELD(Longer, time)};

namespace {

using testing::ChildProcess;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ScratchDirectory;
using testing::SegmentName;
using Ring = Producer<std::uint64_t>;
using Reader = Consumer<std::uint64_t>;

TEST(RecordFields, ThatDifferAreToldByTheFirstThatDoes) {
  SegmentName name;
  const auto ring = Producer<Price>::create(name.str(), {.capacity = 4}).value();
  const auto renamed = Consumer<Other>::attach(name.str());
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().code, ErrorCode::recordMismatch);
  EXPECT_EQ(renamed.error().field, "field 2 of the record");
  EXPECT_EQ(renamed.error().found, "'price', real, 8 bytes at 8");
  EXPECT_EQ(renamed.error().expected, "'bid', real, 8 bytes at 8");
  const auto shorter = Observer<Longer>::attach(name.str());
  ASSERT_FALSE(shorter);
  EXPECT_EQ(shorter.error().found, "'price', real, 8 bytes at 8");
  EXPECT_EQ(shorter.error().expected, "none");
}

TEST(RelativeDirectory, IsThatOfTheMomentAtWhichAParticipantBegins) {
  const ScratchDirectory directory;
  ChildProcess child([&] {
    if (::chdir(directory.path().c_str()) != 0) return 1;
    auto ring = Ring::create("ticks", {.capacity = 4, .directory = "."}).value();
    auto in = Reader::attach("ticks", {.directory = "."}).value();
    if (::chdir("/") != 0) return 2;
    if (!ring.isNamed()) return 3;
    ring.claimOne() = 7;
    if (ring.publish() != Status::ok || in.wait().front() != 7) return 4;
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(ControlCharacters, AreRefusedInNames) {
  SegmentName name;
  for (const std::string& bad : {name.str() + "\n", name.str() + "\x1b[31m", name.str() + "\x7f"}) {
    const auto ring = Ring::create(bad, {.capacity = 4});
    ASSERT_FALSE(ring);
    EXPECT_EQ(ring.error().code, ErrorCode::invalidArgument);
    EXPECT_THAT(ring.error().message(), Not(HasSubstr("\x1b")));
  }
  const auto ring = Ring::create(name.str(), {.capacity = 4}).value();
  const auto in = Reader::attach(name.str(), {.name = "risk\x1b[2J"});
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(in.error().field, "consumer name");
  EXPECT_THAT(in.error().message(), Not(HasSubstr("\x1b")));
}

/// /proc is no file system in memory for files, wherever the tests run.
TEST(DirectoryOnADisk, IsRefusedWithWhatIsThere) {
  const auto ring = Ring::create("ticks", {.capacity = 4, .directory = "/proc/self"});
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(ring.error().field, "directory");
  EXPECT_THAT(ring.error().found, HasSubstr("file system of proc"));
  EXPECT_THAT(ring.error().expected, HasSubstr("tmpfs"));
  EXPECT_EQ(Reader::attach("ticks", {.directory = "/proc/self"}).error().field, "directory");
  EXPECT_EQ(Ring::open("ticks", {.directory = "/proc/self"}).error().field, "directory");
}

TEST(MissingDirectory, IsToldWithAdvice) {
  const auto ring = Ring::create("ticks", {.capacity = 4, .directory = "/nowhere/at/all"});
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().code, ErrorCode::notFound);
  EXPECT_THAT(ring.error().message(), HasSubstr("directory: found no /nowhere/at/all"));
  EXPECT_THAT(ring.error().advice, HasSubstr("create it"));
  const auto in = Observer<std::uint64_t>::attach("ticks", {.directory = "/nowhere/at/all"});
  EXPECT_THAT(in.error().message(), HasSubstr("directory: found no /nowhere/at/all"));
}

TEST(FileSizeLimit, IsAnErrorAndNotASignal) {
  SegmentName name;
  ChildProcess child([&] {
    const rlimit limit{65536, 65536};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto ring = Ring::create(name.str(), {.capacity = 1 << 16});
    return !ring && ring.error().field == "RLIMIT_FSIZE" ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(WithoutUnnamedFiles, ASegmentIsCreatedReplacedAndFollowedAllTheSame) {
  const ScratchDirectory directory;
  ChildProcess child([&] {
    constexpr unsigned flags = 2;
    testing::forbidArgument(SYS_openat, testing::Refusal::withError(EOPNOTSUPP), flags,
                            O_TMPFILE | O_RDWR | O_CLOEXEC);
    const std::string where = directory.path();
    { const auto ring = Ring::create("ticks", {.capacity = 4, .directory = where}).value(); }
    const auto taken = Ring::create("ticks", {.capacity = 4, .directory = where});
    if (taken || taken.error().code != ErrorCode::alreadyExists) return 1;
    auto ring =
        Ring::create("ticks", {.capacity = 4, .whenTaken = WhenTaken::replace, .directory = where})
            .value();
    auto in = Reader::attach("ticks", {.directory = where}).value();
    ring.claimOne() = 7;
    if (ring.publish() != Status::ok || in.wait().front() != 7) return 2;
    // The segment and its lease file.
    return std::distance(std::filesystem::directory_iterator(where), {}) == 2 ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice
