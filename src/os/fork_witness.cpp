#include "os/fork_witness.hpp"

#include <sys/mman.h>
#include <sys/resource.h>

#include "os/mapping.hpp"

namespace sluice::detail {
namespace {

long faultsOfThisThread() noexcept {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

}  // namespace

ForkWitness::ForkWitness() noexcept
    : page_(
          ::mmap(nullptr, pageSize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
  if (page_ == MAP_FAILED) page_ = nullptr;
  if (isGood()) store();
}

ForkWitness::~ForkWitness() {
  if (isGood()) ::munmap(page_, pageSize());
}

bool ForkWitness::sawFork() const noexcept {
  const long before = faultsOfThisThread();
  store();
  return faultsOfThisThread() != before;
}

}  // namespace sluice::detail
