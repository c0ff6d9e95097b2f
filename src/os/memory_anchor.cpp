#include "os/memory_anchor.hpp"

#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <utility>

#include "os/mapping.hpp"

namespace sluice::detail {
namespace {

/// Tells whether the process was forked since it was made. A fork makes private memory read-only
/// until the next store to it, which then faults; other faults only look like a fork.
class ForkWitness {
 public:
  ForkWitness() noexcept
      : page_(::mmap(nullptr, pageSize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                     0)) {
    if (isGood()) store();
  }
  ~ForkWitness() {
    if (isGood()) ::munmap(page_, pageSize());
  }
  ForkWitness(const ForkWitness&) = delete;
  ForkWitness& operator=(const ForkWitness&) = delete;

  bool isGood() const noexcept { return page_ != MAP_FAILED; }
  bool sawFork() const noexcept {
    const long before = faults();
    store();
    return faults() != before;
  }

 private:
  void store() const noexcept { *static_cast<volatile char*>(page_) = 1; }
  static long faults() noexcept {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt + usage.ru_majflt;
  }

  void* page_;
};

}  // namespace

MemoryAnchor::MemoryAnchor(MemoryAnchor&& other) noexcept
    : page_(std::exchange(other.page_, nullptr)), process_(other.process_) {}

MemoryAnchor& MemoryAnchor::operator=(MemoryAnchor&& other) noexcept {
  std::swap(page_, other.page_);
  std::swap(process_, other.process_);
  return *this;
}

MemoryAnchor::~MemoryAnchor() {
  if (page_ != nullptr && process_.isCurrent()) ::munmap(page_, pageSize());
}

MemoryAnchor::Outcome MemoryAnchor::tie(int descriptor) noexcept {
  const ForkWitness witness;
  if (!witness.isGood()) return Outcome::failed;
  void* const page = ::mmap(nullptr, pageSize(), PROT_NONE, MAP_SHARED, descriptor, 0);
  if (page == MAP_FAILED) return Outcome::failed;
  if (::madvise(page, pageSize(), MADV_DONTFORK) != 0) {
    const int number = errno;
    ::munmap(page, pageSize());
    errno = number;
    return Outcome::failed;
  }
  if (witness.sawFork()) {
    ::munmap(page, pageSize());
    return Outcome::forked;
  }
  page_ = page;
  process_ = ProcessStamp::current();
  return Outcome::tied;
}

}  // namespace sluice::detail
