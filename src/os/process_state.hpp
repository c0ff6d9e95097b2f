// What a process is doing, as the kernel tells anybody.
#pragma once

#include <optional>

#include "os/identity.hpp"

namespace sluice::detail {

/// The letter of /proc/PID/stat: 'T' when it is stopped by a signal, 't' when a debugger holds it.
/// Nothing when that process cannot be told from another: it is gone, or its number is of another
/// pid namespace or unknown.
std::optional<char> stateOf(const ProcessIdentity& process);

}  // namespace sluice::detail
