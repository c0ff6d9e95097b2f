// What is shown of each record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "inspect/field_value.hpp"
#include "inspect/snapshot.hpp"

namespace shm_dump {

/// A record may have 16 MiB, and its fields as much again.
struct RecordView {
  std::vector<sluice::inspect::SchemaField> fields;
  bool bytes = true;         ///< the record's own bytes too
  std::uint64_t cut = 4096;  ///< bytes that are shown of a record, and of a field
};

/// A field's values as far as they are shown.
struct ShownField {
  std::vector<sluice::inspect::FieldValue> values;
  std::uint64_t shown = 0;  ///< bytes of the field that the values are made of
  std::uint64_t size = 0;   ///< bytes of the field

  bool isCut() const noexcept { return shown < size; }
};

ShownField shownOf(const sluice::inspect::SchemaField& field, const RecordView& view,
                   std::span<const std::byte> record);

}  // namespace shm_dump
