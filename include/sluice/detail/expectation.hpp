// What a process that attaches must find.
#pragma once

#include <optional>

#include "sluice/policy.hpp"
#include "sluice/record.hpp"
#include "sluice/slot_layout.hpp"

namespace sluice::detail {

/// Nothing stands for anything.
struct Expectation {
  std::optional<RecordDescription> record{};
  std::optional<SlotLayout> slotLayout{};
  std::optional<WakeProtocol> wakeProtocol{};
  bool anyRecord = false;  ///< records of whatever type and layout, and no messages
};

}  // namespace sluice::detail
