#include "segment/leftovers.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "liveness/lease.hpp"
#include "os/lease_file.hpp"
#include "os/segment_file.hpp"
#include "segment/checked_file.hpp"
#include "segment/new_segment.hpp"

namespace sluice::detail {
namespace {

constexpr std::uint64_t toTheEnd = 0;

/// Whether a file that this process may not open is another user's, and so none whose lease file
/// this user has.
bool isForeign(const SegmentPath& path, const Error& error) {
  if (error.code == ErrorCode::denied) return !isOfThisUser(path);
  return error.code == ErrorCode::notFound || error.code == ErrorCode::notASegment;
}

/// The ids that the segments of a directory may have; nothing when one of them cannot be read now.
std::optional<std::vector<SegmentId>> idsIn(const std::string& directory) {
  const auto names = listFiles(directory);
  if (!names) return std::nullopt;
  std::vector<SegmentId> ids;
  for (const std::string& name : *names) {
    const SegmentPath path{directory, name};
    // Neither lease files nor segments that were never finished.
    if (!checkFileName(path)) continue;
    const auto file = SegmentFile::open(path);
    if (file)
      ids.push_back(idIn(*file));
    else if (!isForeign(path, file.error()))
      return std::nullopt;
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool mayHaveSegment(const std::optional<std::vector<SegmentId>>& ids, const SegmentId& id) {
  return !ids || std::binary_search(ids->begin(), ids->end(), id);
}

/// The lease files of this user that nobody holds.
std::vector<SegmentId> unheldIn(const std::string& directory) {
  std::vector<SegmentId> unheld;
  const auto names = listFiles(directory);
  if (!names) return unheld;
  for (const std::string& name : *names) {
    const auto id = segmentOfLeaseFile(name);
    if (!id || !isOfThisUser({directory, name})) continue;
    const auto leases = LeaseFile::open({directory, ""}, *id);
    if (leases && !leases->mayBeInUse()) unheld.push_back(*id);
  }
  return unheld;
}

/// A creator holds its lease file until its segment has its name, so a file that nobody holds, and
/// nobody can take meanwhile, is of no segment to come.
void removeIfLeft(const std::string& directory, const SegmentId& id) {
  const auto leases = LeaseFile::open({directory, ""}, id);
  if (!leases) return;
  const auto all = Lease::tryTake(*leases, 0, toTheEnd);
  if (!all || !*all || mayHaveSegment(idsIn(directory), id)) return;
  static_cast<void>(removeFile({directory, unfinishedName(id)}));
  leases->remove();
}

}  // namespace

void removeLeftovers(const std::string& directory) try {
  const auto unheld = unheldIn(directory);
  if (unheld.empty()) return;
  // Of a segment that is there no lease is taken, not even for a moment.
  const auto ids = idsIn(directory);
  for (const SegmentId& id : unheld)
    if (!mayHaveSegment(ids, id)) removeIfLeft(directory, id);
} catch (const Exception&) {
  // Where no thread can be started, they are left for the next.
}

}  // namespace sluice::detail
