// What /proc/PID/stat says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::detail {

struct StatLine {
  char state = '?';             ///< field 3
  std::uint64_t startTime = 0;  ///< field 22: clock ticks after boot
};

/// Of "self", or of the process of that number. Nothing when there is none, or no /proc.
std::optional<StatLine> readStatLine(const std::string& process);

}  // namespace sluice::detail
