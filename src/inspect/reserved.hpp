// The bytes that nobody uses yet.
#pragma once

#include <string>
#include <vector>

#include "format/geometry.hpp"
#include "os/segment_file.hpp"

namespace sluice::inspect {

/// The structs, by name, whose reserved bytes are not zero, as far as the file goes. Nobody writes
/// them, so a stray write shows.
std::vector<std::string> reservedBytesInUse(const detail::SegmentFile& file,
                                            const detail::Geometry& geometry);

}  // namespace sluice::inspect
