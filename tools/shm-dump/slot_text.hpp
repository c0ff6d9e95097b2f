// A record for a person.
#pragma once

#include <string>

#include "inspect/slot_reader.hpp"
#include "record_view.hpp"

namespace shm_dump {

/// One slot: its state, then its bytes in hexadecimal and text, and its fields.
std::string inText(const sluice::inspect::SlotFacts& slot, const RecordView& view);

}  // namespace shm_dump
