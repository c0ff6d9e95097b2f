// What lies beside the segment of a trial.
#pragma once

#include <string>
#include <vector>

#include "stream.hpp"

namespace sluice::kill {

/// What is still left over when it should all be gone: everything that is neither the segment nor a
/// lease file in use. What a process that is killed while it creates or removes leaves, the next to
/// create removes, once nothing of that process is left; so does this.
std::vector<std::string> removeLeftovers(const Place& place);

}  // namespace sluice::kill
