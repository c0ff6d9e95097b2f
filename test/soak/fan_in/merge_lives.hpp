// What the processes of the soak of a merge do until they are killed.
#pragma once

#include "lives.hpp"

namespace sluice::soak {

/// shm-merge of all rings, until all are closed.
int merge(const FanInLife& life);

/// Reads what they are merged into until that is closed, and looks whether it has every record of
/// each ring once and in its order.
int readMerged(const FanInLife& life);

}  // namespace sluice::soak
