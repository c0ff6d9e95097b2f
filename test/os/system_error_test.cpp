// What a user is told when the system refuses something: what was asked, what refused, what to do.
#include "os/system_error.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "os/directory.hpp"
#include "os/mapping.hpp"
#include "segment_files.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"
#include "support/sanitizers.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using testing::forbidSystemCall;
using testing::Refusal;

constexpr std::uint64_t mebibyte = 1U << 20;

void limit(__rlimit_resource resource, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(resource, &both);
}

template <class T>
Error errorOf(const Result<T>& result) {
  return result ? Error{} : result.error();
}

/// What a call of a file in the making says.
template <class Call>
Error ofNewFile(const SegmentPath& path, Call call) {
  FileToBe file(path);
  const CallFailure failure = call(file);
  return failure ? file.errorOf(failure) : Error{};
}

Error creating(const SegmentPath& path) {
  if (const auto may = checkNewFile(path, mebibyte); !may) return may.error();
  NewFile file(path, hiddenName, 0600);
  const CallFailure failure = file.open();
  return failure ? file.errorOf(failure) : Error{};
}
Error allocate(const SegmentPath& path) {
  return ofNewFile(path, [](NewFile& file) { return file.allocate(mebibyte); });
}
Error link(const SegmentPath& path) {
  return ofNewFile(path, [](NewFile& file) { return file.link(); });
}
Error map(const SegmentPath& path, const MemoryOptions& options) {
  FileToBe file(path);
  file.done(file.allocate(mebibyte));
  const MappedPart whole{0, mebibyte, Access::readWrite};
  return errorOf(Mapping::map(path, file.descriptor(), mebibyte, {whole}, options));
}

/// What is refused, and what the message has to say.
struct Refused {
  std::string name;
  std::function<void()> arrange;
  std::function<Error(const SegmentPath&)> ask;
  ErrorCode code;
  std::vector<std::string> said;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.name;
}

Refused byFilter(std::string name, long call, int number,
                 std::function<Error(const SegmentPath&)> ask, std::string asked) {
  const bool unknown = number == ENOSYS;
  return {std::move(name),
          [call, number] { forbidSystemCall(call, Refusal::withError(number)); },
          std::move(ask),
          unknown ? ErrorCode::system : ErrorCode::denied,
          {std::move(asked), "filter"}};
}

Refused whenOpening(std::string name, int number, ErrorCode code, std::string advice) {
  return {std::move(name),
          [number] { forbidSystemCall(SYS_openat, Refusal::withError(number)); },
          creating,
          code,
          {"create a file in /dev/shm/", std::move(advice)}};
}

std::vector<Refused> allRefused() {
  const auto mapPlain = [](const SegmentPath& path) { return map(path, {}); };
  const auto mapLocked = [](const SegmentPath& path) { return map(path, {.lockPages = true}); };
  const auto limitFiles = [] { limit(RLIMIT_FSIZE, 4096); };
  const std::vector<std::string> aboutFileSize{"RLIMIT_FSIZE", "4096 bytes", "ulimit -f"};
  const auto inNoDirectory = [](const SegmentPath& path) {
    return creating({path.directory + "/none", "ticks"});
  };
  const auto inProc = [](const SegmentPath&) { return creating({"/proc/self", "ticks"}); };
  const auto inAFile = [](const SegmentPath& path) {
    static_cast<void>(link(path));
    const Error error = creating({path.string(), "ticks"});
    static_cast<void>(removeFile(path));
    return error;
  };
  const auto nothing = [] {};
  return {
      byFilter("linkat denied", SYS_linkat, EPERM, link, "linkat"),
      byFilter("linkat unknown", SYS_linkat, ENOSYS, link, "linkat"),
      byFilter("fallocate denied", SYS_fallocate, EPERM, allocate, "fallocate"),
      byFilter("fallocate unknown", SYS_fallocate, ENOSYS, allocate, "fallocate"),
      byFilter("fchmod denied", SYS_fchmod, EPERM, creating, "fchmod"),
      byFilter("madvise denied to a mapping", SYS_madvise, EPERM, mapPlain, "madvise"),
      whenOpening("too many files of the process", EMFILE, ErrorCode::system, "ulimit -n"),
      whenOpening("too many files of the system", ENFILE, ErrorCode::system, "fs.file-max"),
      whenOpening("read only", EROFS, ErrorCode::denied, "mount the file system for writing"),
      whenOpening("no inode", ENOSPC, ErrorCode::full, "nr_inodes"),
      {"the limit of open files",
       [] { limit(RLIMIT_NOFILE, 3); },
       creating,
       ErrorCode::system,
       {"Too many open files", "RLIMIT_NOFILE, 3", "ulimit -n"}},
      {"more than the limit of a file", limitFiles, creating, ErrorCode::full, aboutFileSize},
      {"the limit of address space",
       [] { limit(RLIMIT_AS, mebibyte / 2); },
       mapPlain,
       ErrorCode::full,
       {"mmap of 1048576 bytes", "RLIMIT_AS, 524288", "ulimit -v"}},
      {"the limit of locked memory",
       [] {
         testing::becomeAnotherUser();
         limit(RLIMIT_MEMLOCK, 4096);
       },
       mapLocked,
       ErrorCode::full,
       {"mlock of 1048576 bytes", "RLIMIT_MEMLOCK, 4096", "ulimit -l"}},
      {"no directory", nothing, inNoDirectory, ErrorCode::notFound, {"no /dev/shm/", "create it"}},
      {"a file for a directory",
       nothing,
       inAFile,
       ErrorCode::invalidArgument,
       {"ticks, which is none", "a directory"}},
      {"no memory",
       nothing,
       inProc,
       ErrorCode::invalidArgument,
       {"/proc/self on a file system of proc", "tmpfs"}},
  };
}

bool isSaid(const Error& error, const Refused& refused) {
  const std::string message = error.message();
  bool good = error.code == refused.code;
  for (const std::string& part : refused.said)
    good = good && message.find(part) != std::string::npos;
  if (!good)
    std::fprintf(stderr, "%s: %s: %s\n", refused.name.c_str(), nameOf(error.code), message.c_str());
  return good;
}

class Refusals : public SegmentFiles, public ::testing::WithParamInterface<Refused> {};

TEST_P(Refusals, AreToldWithWhatWasAskedAndWhatToDo) {
  const std::string_view name = GetParam().name;
  if (testing::sanitized && name.starts_with("the limit of "))
    GTEST_SKIP() << "sanitizers need descriptors and addresses of their own, and lock no pages";
  std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
  ChildProcess child([&] {
    GetParam().arrange();
    return isSaid(GetParam().ask(path()), GetParam()) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

std::string nameOfParam(const ::testing::TestParamInfo<Refused>& info) {
  std::string name;
  bool begins = true;
  for (const char c : info.param.name) {
    if (c != ' ') name += begins ? static_cast<char>(c - 'a' + 'A') : c;
    begins = c == ' ';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Of, Refusals, ::testing::ValuesIn(allRefused()), nameOfParam);

using Mounted = SegmentFiles;

TEST_F(Mounted, WithoutAFreeInodeItIsToldApartFromAFullFileSystem) {
  ChildProcess child([&] {
    if (!testing::mountTinyFileSystem(directory_.path(), "nr_inodes=2"))
      return testing::notPermitted;
    const FileToBe only(path());
    const Refused refused{"no inode", {}, {}, ErrorCode::full, {"nr_inodes", "df -i"}};
    return isSaid(creating(path("other")), refused) ? 0 : 1;
  });
  const int status = child.wait();
  if (status == testing::notPermitted) GTEST_SKIP() << "this user may not mount";
  EXPECT_EQ(status, 0);
}

TEST_F(Mounted, AsHugePagesItIsRefusedWithTheOptionThatAsksForThem) {
  ChildProcess child([&] {
    const bool isMounted = testing::mountTinyFileSystem(directory_.path(), "") &&
                           ::mount("none", directory_.path().c_str(), "hugetlbfs", 0, "") == 0;
    if (!isMounted) return testing::notPermitted;
    const Refused refused{
        "hugetlbfs", {}, {}, ErrorCode::invalidArgument, {"hugetlbfs", "memory.hugePages"}};
    return isSaid(creating(path()), refused) ? 0 : 1;
  });
  const int status = child.wait();
  if (status == testing::notPermitted) GTEST_SKIP() << "this user may not mount";
  EXPECT_EQ(status, 0);
}

TEST(SystemError, OfAThreadThatAFilterRefusesBlamesTheFilterAndNotTheLimit) {
  EXPECT_THAT(systemError("", "thread (clone3)", EPERM).advice, ::testing::HasSubstr("filter"));
  EXPECT_THAT(systemError("", "thread (clone3)", EAGAIN).advice,
              ::testing::HasSubstr("limit on threads"));
}

}  // namespace
}  // namespace sluice::detail
