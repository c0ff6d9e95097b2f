#include "liveness/lease.hpp"

#include <sys/mman.h>

#include <utility>

#include "liveness/keeper.hpp"
#include "liveness/lease_attempt.hpp"
#include "os/mapping.hpp"

namespace sluice::detail {
namespace {

Result<std::optional<Lease>> take(LeaseAttempt attempt) {
  Keeper::ofThisProcess().run([&] { attempt.run(); });
  return attempt.outcome();
}

}  // namespace

Result<std::optional<Lease>> Lease::tryTake(const LeaseFile& file, std::uint64_t first,
                                            std::uint64_t count) {
  return take({file, first, count, LeaseAttempt::Kind::alone});
}

Result<std::optional<Lease>> Lease::tryShare(const LeaseFile& file, std::uint64_t byte) {
  return take({file, byte, 1, LeaseAttempt::Kind::shared});
}

Lease::Lease(Lease&& other) noexcept
    : page_(std::exchange(other.page_, nullptr)), process_(other.process_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  Lease former(std::move(*this));
  page_ = std::exchange(other.page_, nullptr);
  process_ = other.process_;
  return *this;
}

Lease::~Lease() {
  if (page_ != nullptr && process_.isCurrent()) ::munmap(page_, pageSize());
}

}  // namespace sluice::detail
