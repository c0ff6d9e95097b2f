// A value of a line, put into its field of a record.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "document/json.hpp"
#include "record_fields.hpp"

namespace shm_pub {

/// The beginning of what may be too long to show.
std::string excerpt(std::string_view text, std::size_t longest = 60);

/// What is said of a line: the field, what was found and what was expected.
std::string refusal(std::string_view field, std::string_view found, std::string_view expected);

/// Stores all values of a field as JSON has them, in a record whose bytes there are zero. Throws
/// std::invalid_argument when they are none of this field; then the record is worth nothing.
void store(const segment_tools::RecordField& field, const sluice::document::Json& values,
           std::span<std::byte> record);

/// The same with one value, as CSV has it.
void store(const segment_tools::RecordField& field, std::size_t index, const std::string& cell,
           std::span<std::byte> record);

}  // namespace shm_pub
