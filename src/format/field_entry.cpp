#include "format/field_entry.hpp"

#include <algorithm>

namespace sluice::detail {

std::string_view storedName(const Field& field) noexcept {
  return field.name.substr(0, maxFieldName);
}

FieldEntry entryOf(const Field& field) noexcept {
  FieldEntry entry{};
  const std::string_view name = storedName(field);
  std::copy(name.begin(), name.end(), entry.name.begin());
  entry.offset = static_cast<std::uint32_t>(field.offset);
  entry.size = static_cast<std::uint32_t>(field.size);
  entry.count = static_cast<std::uint32_t>(field.count);
  entry.kind = field.kind;
  return entry;
}

Field fieldOf(const FieldEntry& entry) noexcept {
  const auto end = std::find(entry.name.begin(), entry.name.begin() + maxFieldName, '\0');
  const auto length = static_cast<std::size_t>(end - entry.name.begin());
  return {std::string_view(entry.name.data(), length), entry.offset, entry.size, entry.count,
          entry.kind};
}

}  // namespace sluice::detail
