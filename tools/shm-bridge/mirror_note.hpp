// The file beside a mirror ring that says whose records it holds.
#pragma once

#include <optional>
#include <string>

#include "wire.hpp"

namespace shm_bridge {

/// It is written before the ring is made. So a ring without a note is none of a bridge's; and a
/// note that names the ring which has the name as the one that it `replaces` is of a ring that was
/// not made any more.
struct MirrorNote {
  std::string stream;
  RingId ring{};
  std::uint64_t part = 0;
  sluice::Sequence first = 0;      ///< the mirror ring's first record
  std::optional<RingId> replaces;  ///< the mirror ring before

  bool operator==(const MirrorNote&) const = default;

  /// The file's path, beside the ring of that name.
  static std::string pathOf(const std::string& directory, const std::string& name);

  /// Nothing where there is no file. Throws Refusal for one that is no note.
  static std::optional<MirrorNote> read(const std::string& path);

  /// Whole, or not at all, whatever happens meanwhile. Throws Refusal where that is refused.
  void write(const std::string& path) const;
};

}  // namespace shm_bridge
