#include "os/system_error.hpp"

#include <sys/resource.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace sluice::detail {
namespace {

ErrorCode codeOf(int errorNumber) {
  switch (errorNumber) {
    case ENOENT:
      return ErrorCode::notFound;
    case EEXIST:
      return ErrorCode::alreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::denied;
    case ENOSPC:
    case ENOMEM:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::full;
    default:
      return ErrorCode::system;
  }
}

constexpr const char* otherDirectory =
    "choose a directory that this user may write to, or have its mode changed";
constexpr const char* noFileLeft =
    "the file system has room, and no file left to give (df -i): remove files there, or mount it "
    "with a larger nr_inodes";
constexpr const char* owner = "run as the user that owns the file or the directory";
constexpr const char* filter =
    "a filter refuses the call (seccomp, or the profile of a container or service): allow it there";
constexpr const char* lockedMemory =
    "raise the limit of locked memory (ulimit -l), or lock less: lockPages, mlockall";
constexpr const char* addressSpace =
    "raise the limit of address space (ulimit -v) or of mappings (vm.max_map_count), or choose a "
    "smaller ring";
constexpr const char* threads =
    "raise the limit on threads (ulimit -u, or the container's pids limit)";

/// What to do when a call whose name begins so fails with that number. The first row that fits is
/// meant.
struct Advice {
  std::string_view call;
  int number;
  const char* text;
};

constexpr std::array<Advice, 25> advices{
    {{"open", EACCES, "run as the user that created it, or create it with a wider mode"},
     {"create", EACCES, otherDirectory},
     {"create", ENOSPC, noFileLeft},
     {"linkat", EACCES, otherDirectory},
     {"linkat", ENOSPC, noFileLeft},
     {"unlink", EACCES, owner},
     {"unlink", EPERM, owner},
     {"mlock", ENOMEM, lockedMemory},
     {"mlock", EAGAIN, lockedMemory},
     {"mlock", EPERM, lockedMemory},
     {"mmap", EAGAIN, lockedMemory},
     {"mmap", ENOMEM, addressSpace},
     {"thread", EAGAIN, threads},
     {"", ENOENT, "check the name and the directory, or start the producer first"},
     {"", EEXIST, "choose another name, open the existing one, or replace it"},
     {"", EPERM, filter},
     {"", EACCES, filter},
     {"", ENOSYS,
      "the kernel or sandbox does not have the call, or a filter says so: allow it there, or run "
      "on Linux 5.14 or later"},
     {"", EMFILE, "raise the limit of open files of a process (ulimit -n)"},
     {"", ENFILE, "the system has too many open files: end processes, or raise fs.file-max"},
     {"", EROFS, "mount the file system for writing, or choose another directory"},
     {"", EFBIG, "raise the limit of a file's size (ulimit -f), or choose a smaller ring"},
     {"", EDQUOT, "raise this user's quota, or choose a smaller ring"},
     {"", ENOSPC, "free memory or choose a smaller ring"},
     {"", ENOMEM, "free memory or choose a smaller ring"}}};

const char* adviceFor(std::string_view call, int number) {
  for (const Advice& advice : advices)
    if (advice.number == number && call.starts_with(advice.call)) return advice.text;
  return "";
}

struct Limit {
  std::string_view call;
  int number;
  __rlimit_resource resource;
  const char* name;
};

constexpr std::array<Limit, 7> limits{{{"", EMFILE, RLIMIT_NOFILE, "RLIMIT_NOFILE"},
                                       {"", EFBIG, RLIMIT_FSIZE, "RLIMIT_FSIZE"},
                                       {"mmap", ENOMEM, RLIMIT_AS, "RLIMIT_AS"},
                                       {"mmap", EAGAIN, RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"},
                                       {"mlock", ENOMEM, RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"},
                                       {"mlock", EPERM, RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"},
                                       {"thread", EAGAIN, RLIMIT_NPROC, "RLIMIT_NPROC"}}};

/// Nothing where this process has no such limit: then another was reached.
std::string limitFor(std::string_view call, int number) {
  for (const Limit& limit : limits) {
    if (limit.number != number || !call.starts_with(limit.call)) continue;
    rlimit found{};
    if (::getrlimit(limit.resource, &found) != 0 || found.rlim_cur == RLIM_INFINITY) return "";
    return std::string("no more than ") + limit.name + ", " + std::to_string(found.rlim_cur);
  }
  return "";
}

}  // namespace

Error systemError(std::string segment, std::string call, int errorNumber) {
  const char* const advice = adviceFor(call, errorNumber);
  std::string limit = limitFor(call, errorNumber);
  return {codeOf(errorNumber), std::move(segment),
          std::move(call),     std::generic_category().message(errorNumber),
          std::move(limit),    advice};
}

}  // namespace sluice::detail
