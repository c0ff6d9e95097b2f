// What a mapping asks of the kernel for its memory: pages at once, locked, huge, and out of core
// dumps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mappings.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using ::testing::HasSubstr;
using ::testing::Not;

/// The two-letter flags of an entry of smaps.
std::string flagsOf(const std::string& entry) {
  const std::string title = "VmFlags:";
  return entry.substr(entry.find(title) + title.size());
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
