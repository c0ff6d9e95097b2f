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

Result<Lease> Lease::takeOfNewFile(const SegmentPath& segment, const SegmentId& id,
                                   unsigned segmentMode, std::uint64_t byte) {
  const SegmentPath path{segment.directory, leaseFileName(id)};
  NewFile file(path, path.name + ".new", leaseFileMode(segmentMode));
  LeaseAttempt attempt(byte);
  Keeper::ofThisProcess().run([&] {
    attempt.run(file);
    file.close();
  });
  if (attempt.failure()) return file.errorOf(attempt.failure());
  auto lease = attempt.outcome();
  if (!lease) return lease.error();
  if (*lease) return **std::move(lease);
  return Error{ErrorCode::inUse, path.string(), "leases", "locked by another process already",
               "nobody",         "try again"};
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
