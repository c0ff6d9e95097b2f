// The fields of a record as lines have them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "inspect/field_value.hpp"
#include "sluice/record.hpp"

namespace segment_tools {

/// One field, and how many values it has. A text is one value, and so are bytes, and numbers of a
/// size that no C++ type has: they are hexadecimal.
struct RecordField {
  sluice::inspect::SchemaField schema;
  std::size_t count;
  sluice::inspect::FieldValue zero;  ///< what a value is where all bytes are zero: its type

  /// The name of one value: "price", of several "levels[2]".
  std::string nameOf(std::size_t index) const;
};

/// The fields of a record; where it describes none, a field "bytes" that is all of it.
std::vector<RecordField> fieldsOf(const sluice::RecordDescription& record);

}  // namespace segment_tools
