// A snapshot for a person.
#pragma once

#include <string>
#include <vector>

#include "inspect/slot_reader.hpp"
#include "inspect/snapshot.hpp"

namespace shm_dump {

/// Everything but the slots, in lines.
std::string inText(const sluice::inspect::Snapshot& snapshot);

/// One slot: its state, then its fields, or its bytes in hexadecimal and text.
std::string inText(const sluice::inspect::SlotFacts& slot,
                   const std::vector<sluice::inspect::SchemaField>& fields);

/// One line a segment, under a heading.
std::string listInText(const std::vector<sluice::inspect::Snapshot>& snapshots);

}  // namespace shm_dump
