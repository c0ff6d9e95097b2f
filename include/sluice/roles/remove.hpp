// Taking a segment's name away.
#pragma once

#include <string>
#include <string_view>

#include "sluice/liveness/segment_name.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/platform/segment_file.hpp"

namespace sluice {

/// Removes the segment's name. Who is attached goes on undisturbed, nobody new can attach, and the
/// memory is freed when the last one goes. notFound when there is no such name.
inline Result<void> remove(std::string_view name,
                           std::string_view directory = platform::defaultDirectory) {
  return removeSegment({std::string(directory), std::string(name)});
}

}  // namespace sluice
