// A snapshot for a program: the document that docs/shm-dump.md describes.
#pragma once

#include <string>
#include <vector>

#include "field_json.hpp"
#include "inspect/slot_reader.hpp"
#include "inspect/snapshot.hpp"
#include "record_view.hpp"

namespace shm_dump {

using segment_tools::Json;

/// The document without slots.
Json inJson(const sluice::inspect::Snapshot& snapshot);

Json inJson(const sluice::inspect::SlotFacts& slot, const RecordView& view);

Json listInJson(const std::vector<sluice::inspect::Snapshot>& snapshots);

/// Text of a document; bytes that are no UTF-8 become U+FFFD.
std::string written(const Json& document);

}  // namespace shm_dump
