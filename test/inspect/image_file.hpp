// A segment's image in a file, with the leases of its participants.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "inspect/look.hpp"
#include "support/held_byte.hpp"
#include "support/scratch_directory.hpp"
#include "support/segment_image.hpp"

namespace sluice::testing {

inline constexpr inspect::LookOptions atOnce{std::chrono::milliseconds(0)};

class ImageFile {
 public:
  ImageFile() = default;
  explicit ImageFile(const detail::Choices& choices) : image(choices) {}

  std::string path() const { return directory_.path() + "/ticks"; }
  detail::SegmentPath segmentPath() const { return {directory_.path(), "ticks"}; }

  void save() { image.save(path()); }

  /// The lease of that participant.
  HeldByte holdLease(std::uint32_t participant) const {
    return {image.leases(), detail::leaseByte(participant)};
  }

  inspect::Snapshot look() {
    save();
    const auto producer = holdLease(detail::producerParticipant);
    return inspect::look(segmentPath(), atOnce).value();
  }

  SegmentImage image;

 private:
  ScratchDirectory directory_;
};

/// All faults, one a line.
inline std::string faultsOf(const inspect::Snapshot& snapshot) {
  std::string text;
  for (const inspect::Finding& finding : snapshot.findings)
    if (finding.severity == inspect::Severity::fault) text += finding.text + "\n";
  return text;
}

}  // namespace sluice::testing
