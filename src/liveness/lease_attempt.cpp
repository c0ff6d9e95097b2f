#include "liveness/lease_attempt.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "os/fork_witness.hpp"
#include "os/mapping.hpp"

namespace sluice::detail {
namespace {

struct flock rangeOf(short type, std::uint64_t first, std::uint64_t count) noexcept {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(first);
  range.l_len = static_cast<off_t>(count);
  return range;
}

}  // namespace

/// Maps the page that keeps the open file open; false when a fork came between the mapping and the
/// call that keeps it from children, or with a failure.
bool LeaseAttempt::tie(int descriptor) noexcept {
  const ForkWitness witness;
  if (!witness.isGood()) {
    failure_ = {"mmap", ENOMEM};
    return false;
  }
  void* const page = ::mmap(nullptr, pageSize(), PROT_NONE, MAP_SHARED, descriptor, 0);
  if (page == MAP_FAILED) {
    failure_ = {"mmap", errno};
    return false;
  }
  page_ = page;
  if (::madvise(page, pageSize(), MADV_DONTFORK) != 0)
    failure_ = {"madvise(MADV_DONTFORK)", errno};
  else if (!witness.sawFork())
    return true;
  giveUp();
  return false;
}

bool LeaseAttempt::lock(int descriptor) noexcept {
  struct flock range = rangeOf(kind_ == Kind::alone ? F_WRLCK : F_RDLCK, first_, count_);
  if (::fcntl(descriptor, F_OFD_SETLK, &range) == 0) return true;
  if (errno != EAGAIN && errno != EACCES) failure_ = {"fcntl(F_OFD_SETLK)", errno};
  giveUp();
  return false;
}

/// False when it has to be tried once more, with another open file.
bool LeaseAttempt::tryOnce() noexcept {
  const int descriptor = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) {
    isGone_ = errno == ENOENT;
    if (!isGone_) failure_ = {"open", errno};
    return true;
  }
  const bool isTied = tie(descriptor);
  if (isTied && lock(descriptor)) {
    isGone_ = fileIdOf(descriptor) != file_ || !isFile(path_, file_);
    if (isGone_) giveUp();
  }
  ::close(descriptor);
  return isTied || failure_;
}

void LeaseAttempt::run() noexcept {
  while (!tryOnce()) {
  }
}

void LeaseAttempt::giveUp() noexcept {
  ::munmap(page_, pageSize());
  page_ = nullptr;
}

Result<std::optional<Lease>> LeaseAttempt::outcome() {
  if (failure_)
    return systemError(segment_, std::string(failure_.call) + " of " + path_, failure_.number);
  if (isGone_)
    return Error{ErrorCode::notFound,    segment_,   "leases", "removed with its segment",
                 "to stay for a moment", "try again"};
  if (page_ == nullptr) return std::optional<Lease>{};
  return std::optional<Lease>(Lease(std::exchange(page_, nullptr)));
}

}  // namespace sluice::detail
