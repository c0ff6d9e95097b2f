// What the records or messages of a ring are, and how large a ring of them is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/record.hpp"
#include "sluice/slot_layout.hpp"

namespace shm_bridge {

/// Enough to make a ring as the source is. Its text is the header `Sluice-Schema`.
struct Schema {
  struct NamedField {
    std::string name;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t count = 0;
    sluice::FieldKind kind = sluice::FieldKind::bytes;
    bool operator==(const NamedField&) const = default;
  };

  sluice::SlotLayout layout = sluice::SlotLayout::stamped;
  std::uint64_t capacity = 0;
  std::string recordName;               ///< empty with messages, and of a record without a name
  std::uint64_t recordSize = 0;         ///< 0 with messages
  std::uint64_t recordAlignment = 0;    ///< 0 with messages
  std::vector<NamedField> namedFields;  ///< none with messages
  std::uint64_t slotSize = 0;           ///< with messages: MessageOptions::slotSize
  std::uint64_t payloadBytes = 0;       ///< with messages: MessageOptions::payloadBytes

  bool hasMessages() const noexcept { return layout == sluice::SlotLayout::messages; }

  /// The hash that the segment's header has; 0 without fields.
  std::uint64_t fingerprint() const;

  /// The same records, though the rings may differ in size.
  bool isOfSameRecords(const Schema& other) const;

  /// The fields, whose names live as long as this, and stay where they are.
  std::vector<sluice::Field> fields() const;

  /// In one line of ASCII.
  std::string text() const;
  /// Throws std::invalid_argument for what is no text of a schema, and for a schema that no ring
  /// has.
  static Schema parse(std::string_view text);

  /// What a person is told of the records.
  std::string words() const;

  bool operator==(const Schema&) const = default;
};

/// That of a ring of records, less its capacity.
Schema schemaOf(sluice::SlotLayout layout, const sluice::RecordDescription& record);

}  // namespace shm_bridge
