#include "directory.hpp"

#include <filesystem>

#include "os/lease_file.hpp"
#include "segment/checked_file.hpp"
#include "segment/leftovers.hpp"
#include "support/eventually.hpp"

namespace sluice::kill {
namespace {

std::vector<std::string> hiddenFiles(const Place& place) {
  std::string leases;
  if (const auto segment = detail::openChecked({place.directory, place.segment}))
    leases = detail::leaseFileName(segment->header.id);
  std::vector<std::string> others;
  for (const auto& entry : std::filesystem::directory_iterator(place.directory)) {
    const std::string name = entry.path().filename();
    if (name == place.segment || name == leases) continue;
    // Participants that are attached go on without a name.
    const auto id = detail::segmentOfLeaseFile(name);
    const auto file =
        detail::LeaseFile::open({place.directory, ""}, id.value_or(detail::SegmentId{}));
    if (!file || !file->mayBeInUse()) others.push_back(name);
  }
  return others;
}

}  // namespace

std::vector<std::string> removeLeftovers(const Place& place) {
  std::vector<std::string> others;
  testing::eventually([&] {
    detail::removeLeftovers(place.directory);
    others = hiddenFiles(place);
    return others.empty();
  });
  return others;
}

}  // namespace sluice::kill
