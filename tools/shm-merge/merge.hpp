// Merging, from the first record to the last.
#pragma once

#include <stop_token>

#include "options.hpp"

namespace shm_merge {

/// Merges until the inputs are over, or until a stop is requested. The exit status.
int merge(const Options& options, const std::stop_token& stop);

}  // namespace shm_merge
