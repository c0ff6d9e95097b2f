#include "os/mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "os/segment_file.hpp"
#include "support/child_process.hpp"
#include "support/new_file.hpp"
#include "support/other_user.hpp"
#include "support/process_facts.hpp"
#include "support/system_call_filter.hpp"
#include "support/unique_name.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using ::testing::HasSubstr;
using ::testing::Not;

const std::uint64_t page = pageSize();
constexpr int segmentationFault = -1000 - SIGSEGV;

/// A segmentation fault is to end this child as the kernel does it, without a report or a core.
void faultSilently() {
  ::signal(SIGSEGV, SIG_DFL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

/// The entries of /proc/self/smaps that lie in the range, as text.
std::vector<std::string> memoryEntries(const std::byte* base, std::uint64_t size) {
  const auto begin = reinterpret_cast<std::uintptr_t>(base);
  std::vector<std::string> entries;
  std::ifstream file("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    char dash = 0;
    if (words >> std::hex >> from >> dash >> to && dash == '-') {
      inside = from < begin + size && to > begin;
      if (inside) entries.emplace_back();
    }
    if (inside) entries.back() += line + "\n";
  }
  return entries;
}

/// The two-letter flags of an entry of smaps.
std::string flagsOf(const std::string& entry) {
  const std::string title = "VmFlags:";
  return entry.substr(entry.find(title) + title.size());
}

class Mappings : public ::testing::Test {
 protected:
  void SetUp() override { file_.done(file_.allocate(4 * page)); }

  Result<Mapping> map(const std::vector<MappedPart>& parts, const MemoryOptions& options = {}) {
    return Mapping::map(name_.path(), file_.descriptor(), 4 * page, parts, options);
  }
  /// All of it, writable.
  Mapping mapAll(const MemoryOptions& options = {}) {
    return map({{0, 4 * page, Access::readWrite}}, options).value();
  }
  Mapping mapFirstPageReadOnly() {
    return map({{0, page, Access::readOnly}, {page, 3 * page, Access::readWrite}}).value();
  }

  testing::SegmentName name_;
  testing::FileToBe file_{name_.path()};
};

TEST_F(Mappings, ShareTheFilesBytesBetweenProcesses) {
  const Mapping mapping = mapAll();
  EXPECT_EQ(mapping.size(), 4 * page);
  ChildProcess child([&] {
    mapAll().base()[3 * page] = std::byte{42};
    return 0;
  });
  ASSERT_EQ(child.wait(), 0);
  EXPECT_EQ(mapping.base()[3 * page], std::byte{42});
}

TEST_F(Mappings, PartsLieWhereTheFileHasThem) {
  const Mapping mapping = mapFirstPageReadOnly();
  const std::byte mark{7};
  for (std::uint64_t at = 0; at < 4; ++at) {
    file_.done(file_.write(at * page, std::span(&mark, 1)));
    EXPECT_EQ(mapping.base()[at * page], mark) << "page " << at;
  }
}

TEST_F(Mappings, AStrayWriteToAReadOnlyPartFaults) {
  ChildProcess child([&] {
    faultSilently();
    const Mapping mapping = mapFirstPageReadOnly();
    mapping.base()[page] = std::byte{1};
    mapping.base()[4 * page - 1] = std::byte{1};
    if (mapping.base()[0] != std::byte{0}) return 1;
    *const_cast<volatile std::byte*>(mapping.base() + page - 1) = std::byte{1};
    return 2;
  });
  EXPECT_EQ(child.wait(), segmentationFault);
  std::byte last{9};
  ASSERT_EQ(::pread(file_.descriptor(), &last, 1, static_cast<off_t>(page - 1)), 1);
  EXPECT_EQ(last, std::byte{0});
}

TEST_F(Mappings, AForkedChildHasNoneAndPrivateMemoryInItsPlace) {
  const std::vector<MappedPart> parts{MappedPart{0, page, Access::readOnly},
                                      MappedPart{page, page, Access::readWrite, true, true, true},
                                      MappedPart{2 * page, 2 * page, Access::readWrite}};
  const std::byte mark{7};
  for (std::uint64_t at = 0; at < 4; ++at)
    file_.done(file_.write(at * page, std::span(&mark, 1)));
  const Mapping mapping =
      Mapping::map(name_.path(), file_.descriptor(), 4 * page, parts, {}).value();
  ChildProcess child([&] {
    const auto holds = [&](std::uint64_t at, std::byte byte) {
      return std::all_of(mapping.base() + at * page, mapping.base() + (at + 1) * page,
                         [byte](std::byte each) { return each == byte; });
    };
    const std::byte ones{0xff};
    if (!holds(0, {}) || !holds(1, ones) || !holds(2, {}) || !holds(3, {})) return 1;
    std::memset(mapping.base(), 5, 4 * page);
    ChildProcess grandchild([&] { return holds(1, std::byte{5}) ? 0 : 1; });
    return grandchild.wait() == 0 ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
  for (std::uint64_t at = 0; at < 4; ++at)
    EXPECT_EQ(mapping.base()[at * page], mark) << "the child wrote to its own";
}

TEST_F(Mappings, AForkedChildGetsNothingInPlaceOfWhatIsNotMappedAnyMore) {
  const std::byte* base = nullptr;
  { base = mapAll().base(); }
  ChildProcess child([&] { return memoryEntries(base, 4 * page).empty() ? 0 : 1; });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Mappings, OneThatAForkedChildDestroysUnmapsNothingOfTheChilds) {
  std::optional<Mapping> mapping(mapAll());
  ChildProcess child([&] {
    void* const own = ::mmap(mapping->base(), page, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    std::memset(own, 5, page);
    mapping.reset();
    return static_cast<const char*>(own)[page - 1] == 5 ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(mapping->base()[0], std::byte{0}) << "the parent's is still there";
}

TEST_F(Mappings, LeaveNoAddressTakenWhenDestroyed) {
  for (const bool hugePages : {false, true}) {
    const std::byte* base = nullptr;
    {
      const Mapping mapping = mapAll({.hugePages = hugePages});
      base = mapping.base();
      EXPECT_EQ(memoryEntries(base, 4 * page).size(), 1u);
    }
    EXPECT_TRUE(memoryEntries(base, 4 * page).empty());
  }
}

TEST_F(Mappings, MovingOneKeepsItsPlace) {
  Mapping first = mapAll();
  std::byte* const base = first.base();
  Mapping second(std::move(first));
  EXPECT_EQ(second.base(), base);
  second.base()[0] = std::byte{3};
  second = mapAll();
  EXPECT_NE(second.base(), nullptr);
  EXPECT_EQ(second.base()[0], std::byte{3});
}

TEST_F(Mappings, StayValidWhenTheFileIsRemovedAndClosed) {
  file_.done(file_.link());
  const Mapping mapping = mapAll();
  removeFile(name_.path()).value();
  file_.close();
  mapping.base()[0] = std::byte{1};
  EXPECT_EQ(mapping.base()[0], std::byte{1});
}

TEST_F(Mappings, KeepNoDescriptor) {
  const auto before = testing::openDescriptors();
  const Mapping mapping = mapFirstPageReadOnly();
  EXPECT_EQ(testing::openDescriptors(), before);
}

TEST_F(Mappings, AFileThatIsShorterIsRefused) {
  file_.done(file_.resize(4 * page - 1));
  const auto mapping = map({{0, 4 * page, Access::readOnly}});
  ASSERT_FALSE(mapping);
  EXPECT_EQ(mapping.error().code, ErrorCode::notASegment);
  EXPECT_EQ(mapping.error().field, "file size");
}

TEST_F(Mappings, PartsThatDoNotCoverTheFileInOrderAreRefused) {
  constexpr auto write = Access::readWrite;
  const std::uint64_t huge = std::numeric_limits<std::uint64_t>::max() / page * page;
  const std::vector<std::vector<MappedPart>> wrong{
      {},
      {{0, 3 * page, write}},
      {{0, 5 * page, write}},
      {{page, 3 * page, write}},
      {{0, page, write}, {2 * page, 2 * page, write}},
      {{0, 2 * page, write}, {page, 3 * page, write}},
      {{2 * page, 2 * page, write}, {0, 2 * page, write}},
      {{0, page / 2, write}, {page / 2, 4 * page - page / 2, write}},
      {{0, 0, write}, {0, 4 * page, write}},
      {{0, 2 * page, write}, {2 * page, huge, write}},
  };
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    const auto mapping = map(wrong[i]);
    ASSERT_FALSE(mapping) << i;
    EXPECT_EQ(mapping.error().code, ErrorCode::invalidArgument) << i;
  }
  EXPECT_FALSE(Mapping::map(name_.path(), file_.descriptor(), 0, {}, {}));
}

TEST_F(Mappings, OneThatIsLargerThanAnyFileIsRefused) {
  const std::uint64_t huge = std::numeric_limits<std::uint64_t>::max() / page * page;
  const MappedPart part{0, huge, Access::readOnly};
  const auto mapping = Mapping::map(name_.path(), file_.descriptor(), huge, {part}, {});
  ASSERT_FALSE(mapping);
  EXPECT_EQ(mapping.error().code, ErrorCode::full);
}

TEST_F(Mappings, WritingToAFileOpenedForReadingIsDeniedAndLeavesNothing) {
  file_.done(file_.link());
  const SegmentFile readOnly = SegmentFile::open(name_.path()).value();
  const std::vector<MappedPart> parts{{0, page, Access::readOnly},
                                      {page, 3 * page, Access::readWrite}};
  const auto mapping = Mapping::map(name_.path(), readOnly.descriptor(), 4 * page, parts, {});
  ASSERT_FALSE(mapping);
  EXPECT_EQ(mapping.error().code, ErrorCode::denied);
  std::ifstream maps("/proc/self/maps");
  const std::string all{std::istreambuf_iterator<char>(maps), {}};
  EXPECT_THAT(all, Not(HasSubstr(name_.str())));
}

TEST_F(Mappings, OnlyTheDumpedPartsAreInACoreDumpAndNoneIsInherited) {
  const Mapping mapping =
      map({{0, page, Access::readWrite}, {page, 3 * page, Access::readWrite, false}}).value();
  const auto entries = memoryEntries(mapping.base(), mapping.size());
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_THAT(flagsOf(entries[0]), Not(HasSubstr(" dd")));
  EXPECT_THAT(flagsOf(entries[1]), HasSubstr(" dd"));
  for (const std::string& entry : entries)
    EXPECT_THAT(flagsOf(entry), HasSubstr(" dc"));
}

/// How much of the mapping is in this process's page table, in kB.
std::uint64_t residentKilobytes(const Mapping& mapping) {
  std::uint64_t sum = 0;
  for (const std::string& entry : memoryEntries(mapping.base(), mapping.size())) {
    const std::string title = "\nRss:";
    sum += std::stoull(entry.substr(entry.find(title) + title.size()));
  }
  return sum;
}

TEST_F(Mappings, PrefaultingTouchesEveryPageOfEveryPart) {
  const std::vector<MappedPart> parts{{0, 2 * page, Access::readOnly},
                                      {2 * page, 2 * page, Access::readWrite}};
  EXPECT_EQ(residentKilobytes(map(parts).value()), 0u);
  EXPECT_EQ(residentKilobytes(map(parts, {.prefault = true}).value()), 4 * page / 1024);
}

TEST_F(Mappings, PrefaultingWorksOnAKernelThatCannotPopulate) {
  ChildProcess child([&] {
    constexpr int populateRead = 22;
    constexpr int populateWrite = 23;
    for (const int advice : {populateRead, populateWrite}) {
      testing::forbidArgument(SYS_madvise, testing::Refusal::withError(EINVAL), 2,
                              static_cast<std::uint32_t>(advice));
    }
    const Mapping mapping = mapAll({.prefault = true});
    return residentKilobytes(mapping) == 4 * page / 1024 ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

/// False under the sanitizers, which make mlock do nothing, and where the limit is 0.
bool pagesCanBeLocked() {
  void* const probe =
      ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ::mlock(probe, page);
  const auto entries = memoryEntries(static_cast<const std::byte*>(probe), page);
  ::munmap(probe, page);
  return flagsOf(entries.front()).find(" lo") != std::string::npos;
}

TEST_F(Mappings, LockedPagesAreLocked) {
  if (!pagesCanBeLocked()) GTEST_SKIP() << "mlock locks nothing here";
  const Mapping mapping = mapAll({.lockPages = true});
  EXPECT_THAT(flagsOf(memoryEntries(mapping.base(), mapping.size()).front()), HasSubstr(" lo"));
}

TEST_F(Mappings, LockingMoreThanTheLimitIsAnErrorThatNamesIt) {
  if (!pagesCanBeLocked()) GTEST_SKIP() << "mlock locks nothing here";
  ChildProcess child([&] {
    const rlimit limit{page, page};
    ::setrlimit(RLIMIT_MEMLOCK, &limit);
    testing::becomeAnotherUser();
    const auto mapping = map({{0, 4 * page, Access::readWrite}}, {.lockPages = true});
    const bool said = !mapping && mapping.error().code == ErrorCode::full &&
                      mapping.error().message().find("RLIMIT_MEMLOCK") != std::string::npos;
    return said ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Mappings, HugePagesAreAskedForAtAnAddressThatAllowsThem) {
  const Mapping mapping = mapAll({.hugePages = true});
  constexpr std::uintptr_t hugePage = 2U << 20;
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(mapping.base()) % hugePage, 0u);
  const std::string entry = memoryEntries(mapping.base(), mapping.size()).front();
  EXPECT_THAT(flagsOf(entry), HasSubstr(" hg"));
}

}  // namespace
}  // namespace sluice::detail
