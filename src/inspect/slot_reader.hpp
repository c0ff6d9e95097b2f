// Single slots of the ring, read from the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/geometry.hpp"
#include "os/segment_file.hpp"
#include "sluice/sequence.hpp"

namespace sluice::inspect {

enum class SlotState {
  whole,         ///< the record of that sequence, complete
  notYet,        ///< not published yet: the bytes are an older record's, or half of this one
  neverWritten,  ///< nothing was ever written there
  overwritten,   ///< the producer has taken the slot for a later record
  unreadable,    ///< the file ends before it
};

/// The state's own name: "neverWritten".
const char* nameOf(SlotState state) noexcept;

struct SlotFacts {
  Sequence sequence = 0;
  std::uint64_t index = 0;  ///< the slot's place in the ring
  SlotState state = SlotState::unreadable;
  std::vector<std::byte> record;  ///< the record's bytes as they were found; empty if unreadable
};

/// Reads slots of a file whose header was found good. The file must outlive it.
class SlotReader {
 public:
  SlotReader(const detail::SegmentFile& file, const detail::Geometry& geometry) noexcept
      : file_(file), geometry_(geometry) {}

  /// The slot where that sequence lies. The bytes are copied first and judged afterwards, so a
  /// record called whole is not torn.
  SlotFacts read(Sequence sequence) const;

 private:
  const detail::SegmentFile& file_;
  const detail::Geometry geometry_;
};

}  // namespace sluice::inspect
