#include "sluice/layout/schema.hpp"

#include <algorithm>

#include "sluice/layout/fnv.hpp"

namespace sluice {

std::uint64_t fingerprintOf(std::span<const Field> fields) noexcept {
  if (fields.empty()) return 0;
  layout::Fnv1a hash;
  for (const Field& field : fields) {
    const std::string_view name = layout::storedName(field);
    hash.add(name.size());
    hash.add(name);
    hash.add(field.offset);
    hash.add(field.size);
    hash.add(field.count);
    hash.add(static_cast<std::uint64_t>(field.kind));
  }
  return hash.value();
}

namespace layout {

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

}  // namespace layout
}  // namespace sluice
