#include "segment/field_mismatch.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "format/field_entry.hpp"
#include "format/image.hpp"
#include "os/printable.hpp"

namespace sluice::detail {
namespace {

std::string nameOf(FieldKind kind) {
  constexpr std::array<const char*, 6> names{"bytes", "signedInteger", "unsignedInteger",
                                             "real",  "text",          "boolean"};
  const auto number = static_cast<std::size_t>(kind);
  return number < names.size() ? names[number] : "kind " + std::to_string(number);
}

std::string inWords(const Field& field) {
  std::string text = "'" + printable(field.name) + "', " + nameOf(field.kind) + ", ";
  if (field.count != 1) text += std::to_string(field.count) + " times ";
  return text + std::to_string(field.size) + " bytes at " + std::to_string(field.offset);
}

bool isSame(const Field& one, const Field& other) noexcept {
  return storedName(one) == storedName(other) && one.offset == other.offset &&
         one.size == other.size && one.count == other.count && one.kind == other.kind;
}

std::vector<FieldEntry> schemaOf(const CheckedFile& segment) {
  const std::uint64_t start = segment.geometry.section(SectionId::schema).offset;
  std::vector<FieldEntry> entries(segment.header.fieldCount);
  const auto bytes = bytesAt(segment.file, start, entries.size() * sizeof(FieldEntry));
  if (!bytes || bytes->empty()) return {};
  std::memcpy(entries.data(), bytes->data(), bytes->size());
  return entries;
}

}  // namespace

Error withFieldNamed(const CheckedFile& segment, const Expectation& expectation, Error error) {
  if (error.field != "fingerprint" || !expectation.record) return error;
  const std::vector<FieldEntry> entries = schemaOf(segment);
  const auto expected = expectation.record->fields;
  const std::size_t most = std::max(entries.size(), expected.size());
  for (std::size_t i = 0; i < most; ++i) {
    const bool isBoth = i < entries.size() && i < expected.size();
    if (isBoth && isSame(fieldOf(entries[i]), expected[i])) continue;
    error.field = "field " + std::to_string(i + 1) + " of the record";
    error.found = i < entries.size() ? inWords(fieldOf(entries[i])) : "none";
    error.expected = i < expected.size() ? inWords(expected[i]) : "none";
    return error;
  }
  return error;
}

}  // namespace sluice::detail
