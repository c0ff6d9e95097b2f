// A snapshot for a program: the document that docs/shm-dump.md describes, without slots.
#pragma once

#include "document/json.hpp"
#include "inspect/snapshot.hpp"

namespace sluice::document {

inline constexpr int documentFormat = 1;

Json inJson(const inspect::Snapshot& snapshot);

}  // namespace sluice::document
