// Slots and lists for a program: what docs/shm-dump.md describes, beside a segment's own document.
#pragma once

#include <vector>

#include "document/snapshot_json.hpp"
#include "inspect/slot_reader.hpp"
#include "inspect/snapshot.hpp"
#include "record_view.hpp"

namespace shm_dump {

using sluice::document::Json;

Json inJson(const sluice::inspect::SlotFacts& slot, const RecordView& view);

Json listInJson(const std::vector<sluice::inspect::Snapshot>& snapshots);

}  // namespace shm_dump
