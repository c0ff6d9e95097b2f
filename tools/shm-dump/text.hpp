// A snapshot for a person.
#pragma once

#include <string>
#include <vector>

#include "inspect/snapshot.hpp"

namespace shm_dump {

/// Everything but the slots, in lines.
std::string inText(const sluice::inspect::Snapshot& snapshot);

/// One line a segment, under a heading.
std::string listInText(const std::vector<sluice::inspect::Snapshot>& snapshots);

}  // namespace shm_dump
