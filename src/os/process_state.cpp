#include "os/process_state.hpp"

#include <string>

#include "os/stat_line.hpp"

namespace sluice::detail {

std::optional<char> stateOf(const ProcessIdentity& process) {
  const std::uint64_t here = currentProcess().pidNamespace;
  if (process.pid == 0 || process.pidNamespace == 0 || process.pidNamespace != here)
    return std::nullopt;
  const auto line = readStatLine(std::to_string(process.pid));
  if (!line || line->startTime != process.startTime) return std::nullopt;
  return line->state;
}

}  // namespace sluice::detail
