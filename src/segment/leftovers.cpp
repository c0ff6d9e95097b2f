#include "segment/leftovers.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "format/segment_list.hpp"
#include "liveness/lease.hpp"
#include "os/lease_file.hpp"
#include "os/segment_file.hpp"
#include "segment/checked_file.hpp"
#include "segment/new_segment.hpp"

namespace sluice::detail {
namespace {

constexpr std::uint64_t toTheEnd = 0;

bool hasSegment(const std::string& directory, const SegmentId& id) {
  const auto names = segmentsIn(directory);
  // Where nobody can tell, it may have one.
  return !names || std::any_of(names->begin(), names->end(), [&](const std::string& name) {
    const auto file = SegmentFile::open({directory, name});
    return file && idIn(*file) == id;
  });
}

/// A creator holds its lease file until its segment has its name, so a file that nobody holds, and
/// nobody can take meanwhile, is of no segment to come.
void removeIfLeft(const std::string& directory, const SegmentId& id) {
  const auto leases = LeaseFile::open({directory, ""}, id);
  if (!leases || !leases->isOfThisUser() || leases->mayBeInUse()) return;
  if (hasSegment(directory, id)) return;
  const auto all = Lease::tryTake(*leases, 0, toTheEnd);
  if (!all || !*all || hasSegment(directory, id)) return;
  static_cast<void>(removeFile({directory, unfinishedName(id)}));
  leases->remove();
}

}  // namespace

void removeLeftovers(const std::string& directory) try {
  const auto names = listFiles(directory);
  if (!names) return;
  for (const std::string& name : *names)
    if (const auto id = segmentOfLeaseFile(name)) removeIfLeft(directory, *id);
} catch (const Exception&) {
  // Where no thread can be started, they are left for the next.
}

}  // namespace sluice::detail
