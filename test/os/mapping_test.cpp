#include "os/mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mappings.hpp"
#include "os/segment_file.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int segmentationFault = -1000 - SIGSEGV;

/// A segmentation fault is to end this child as the kernel does it, without a report or a core.
void faultSilently() {
  ::signal(SIGSEGV, SIG_DFL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

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

}  // namespace
}  // namespace sluice::detail
