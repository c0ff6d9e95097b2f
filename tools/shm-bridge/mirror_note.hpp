// The file beside a mirror ring that says whose records it holds.
#pragma once

#include <optional>
#include <string>

#include "wire.hpp"

namespace shm_bridge {

/// It is written before the ring is made, and again with the ring's id. So a ring without a note is
/// none of a bridge's; and where the ring that has the name is still the ring that the note
/// `replaces`, its own was not made yet.
struct MirrorNote {
  std::string stream;
  SegmentId ring{};
  std::uint64_t part = 0;
  sluice::Sequence first = 0;         ///< the mirror ring's first record
  std::optional<SegmentId> replaces;  ///< the mirror ring before
  std::optional<SegmentId> mirror;    ///< the mirror ring itself, once it was made

  bool operator==(const MirrorNote&) const = default;

  /// A ring of that id may be the mirror ring that the note is of, or the ring before it.
  bool isOf(const SegmentId& id) const { return !mirror || mirror == id || replaces == id; }

  /// The file's path, beside the ring of that name.
  static std::string pathOf(const std::string& directory, const std::string& name);

  /// Nothing where there is no file. Throws Refusal for a file that is no note.
  static std::optional<MirrorNote> read(const std::string& path);

  /// Whole, or not at all, whatever happens meanwhile. Throws Refusal where that is refused.
  void write(const std::string& path) const;
};

}  // namespace shm_bridge
