// Heads of batches that are as a bridge sends them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "wire.hpp"

namespace shm_bridge {

inline Schema tickSchema() {
  return {.layout = sluice::SlotLayout::packed,
          .capacity = 1024,
          .recordName = "Tick \xc3\xa9 50%",
          .recordSize = 16,
          .recordAlignment = 8,
          .namedFields = {{"time", 0, 8, 1, sluice::FieldKind::unsignedInteger},
                          {"price", 8, 8, 1, sluice::FieldKind::real}}};
}

inline SegmentId ringNumber(std::uint8_t number) {
  SegmentId id{};
  id.back() = number;
  return id;
}

inline BatchHead tickBatch(sluice::Sequence first, std::uint64_t count, std::uint64_t part = 1) {
  return {.ring = ringNumber(7),
          .bridge = "bridge",
          .part = part,
          .first = first,
          .count = count,
          .end = {},
          .schema = std::make_shared<const Schema>(tickSchema())};
}

/// Headers as a message has them.
struct HeaderMap {
  HeaderMap() = default;
  explicit HeaderMap(const BatchHead& head) {
    for (const auto& [name, value] : HeadEncoder().encode(head))
      values[name] = value;
  }

  std::optional<BatchHead> decode() const {
    return HeadDecoder().decode([this](const char* name) {
      const auto found = values.find(name);
      return found == values.end() ? nullptr : found->second.c_str();
    });
  }

  std::map<std::string, std::string> values;
};

}  // namespace shm_bridge
