#include "segment/name_lease.hpp"

#include <optional>
#include <utility>

#include "format/segment_view.hpp"
#include "segment/lease_patience.hpp"

namespace sluice::detail {

Result<Lease> takeName(const SegmentPath& path, const LeaseFile& leases, NameUse use) {
  LeasePatience patience;
  do {
    auto taken =
        use == NameUse::join ? Lease::tryShare(leases, nameByte) : Lease::tryTake(leases, nameByte);
    if (!taken) return taken.error();
    if (*taken) return **std::move(taken);
  } while (patience.sleep());
  const bool joins = use == NameUse::join;
  return Error{ErrorCode::inUse,
               path.string(),
               "name",
               joins ? "another process removing or replacing it for 5 s"
                     : "another process joining, removing or replacing it for 5 s",
               "nobody at it",
               "look for a stopped process with shm-dump, then try again"};
}

}  // namespace sluice::detail
