// A record's bytes in the words of its schema.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "inspect/snapshot.hpp"
#include "os/printable.hpp"

namespace sluice::inspect {

using FieldValue = std::variant<bool, std::int64_t, std::uint64_t, float, double, std::string>;

/// The field's elements. A text is one value, up to its first NUL; bytes, and numbers of a size
/// that no C++ type has, are one value in hexadecimal. Empty when the field does not lie in the
/// record.
std::vector<FieldValue> valuesOf(const SchemaField& field, std::span<const std::byte> record);

/// The field's beginning: at most so many bytes of it, and at least one element of a number.
SchemaField beginningOf(const SchemaField& field, std::uint64_t most);

using detail::inHex;

}  // namespace sluice::inspect
