// Single slots of the ring, read from the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// What a message is and where it lies.
struct MessageFacts {
  std::uint32_t kind = 0;
  std::uint64_t size = 0;
  bool inRegion = false;       ///< in the payload region, and not in the slot
  std::uint64_t position = 0;  ///< where its payload begins, or would begin
};

struct SlotFacts {
  Sequence sequence = 0;
  std::uint64_t index = 0;  ///< the slot's place in the ring
  SlotState state = SlotState::unreadable;
  std::vector<std::byte> record;        ///< the bytes as they were found; empty if unreadable
  std::optional<MessageFacts> message;  ///< in a segment of messages
};

/// Reads slots of a file whose header was found good. The file must outlive it.
class SlotReader {
 public:
  /// Of messages at most so many bytes are read.
  SlotReader(const detail::SegmentFile& file, const detail::Geometry& geometry,
             std::uint64_t mostOfMessage = 4096) noexcept
      : file_(file), geometry_(geometry), mostOfMessage_(mostOfMessage) {}

  /// The slot where that sequence lies. The bytes are copied first and judged afterwards, so a
  /// record called whole is not torn.
  SlotFacts read(Sequence sequence) const;

 private:
  void readMessage(SlotFacts& facts) const;
  SlotFacts readRecord(Sequence sequence) const;

  const detail::SegmentFile& file_;
  const detail::Geometry geometry_;
  std::uint64_t mostOfMessage_;
};

}  // namespace sluice::inspect
