// How records lie in the ring.
#pragma once

#include <concepts>
#include <cstdint>

namespace sluice {

/// The layouts as values; the numbers are those of the format.
enum class SlotLayout : std::uint32_t {
  stamped = 1,       ///< {stamp, record}: the record and the news of it share a cache line
  packed = 2,        ///< records back to back: a batch is an array
  stampedLines = 3,  ///< stamped, each slot on whole cache lines: no two records share a line
  messages = 4,      ///< of any length: a short one in its slot, a longer one behind the slots
};

/// The layouts as template arguments of the roles.
struct stamped {
  static constexpr SlotLayout value = SlotLayout::stamped;
};
struct packed {
  static constexpr SlotLayout value = SlotLayout::packed;
};
struct stampedLines {
  static constexpr SlotLayout value = SlotLayout::stampedLines;
};

template <class L>
concept SlotLayoutTag =
    std::same_as<L, stamped> || std::same_as<L, packed> || std::same_as<L, stampedLines>;

}  // namespace sluice
