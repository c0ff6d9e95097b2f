// What a segment's creator chooses and what its header says are judged by the same rules.
#pragma once

#include <cstddef>
#include <string>

#include "format/geometry.hpp"

namespace sluice::detail {

/// The geometry of these choices with that many fields; the record's name and the fields themselves
/// are not looked at. invalidArgument names what is out of range.
Result<Geometry> shapeOf(const std::string& segment, const Choices& choices,
                         std::uint64_t fieldCount);

}  // namespace sluice::detail
