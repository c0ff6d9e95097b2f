#include "sluice/record.hpp"

#include "format/field_entry.hpp"
#include "format/fnv.hpp"

namespace sluice {

std::uint64_t fingerprintOf(std::span<const Field> fields) noexcept {
  if (fields.empty()) return 0;
  detail::Fnv1a hash;
  for (const Field& field : fields) {
    const std::string_view name = detail::storedName(field);
    hash.add(name.size());
    hash.add(name);
    hash.add(field.offset);
    hash.add(field.size);
    hash.add(field.count);
    hash.add(static_cast<std::uint64_t>(field.kind));
  }
  return hash.value();
}

}  // namespace sluice
