// Records out of JSON, an object in each line.
#pragma once

#include <vector>

#include "document/json.hpp"
#include "named_places.hpp"
#include "record_fields.hpp"
#include "record_parser.hpp"

namespace shm_pub {

class JsonParser final : public RecordParser {
 public:
  explicit JsonParser(const sluice::RecordDescription& record);

  std::optional<std::span<const std::byte>> take(std::string_view line) override;

 private:
  sluice::document::Json parsed(std::string_view line);

  std::vector<segment_tools::RecordField> fields_;
  NamedPlaces names_;
  std::vector<std::size_t> places_;  // of the line's members, in their order
  std::vector<std::byte> record_;
};

}  // namespace shm_pub
