#include "wire.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "percent.hpp"

namespace shm_bridge {

namespace {

constexpr std::string_view version = "1";
constexpr sluice::Sequence highestSequence = ~std::uint64_t{0} >> 1;

[[noreturn]] void refuse(const char* name, std::string_view found, std::string_view expected) {
  throw std::invalid_argument(
      fmt::format("{}: found \"{}\", expected {}", name, found.substr(0, 60), expected));
}

std::string_view required(const HeaderLookup& header, const char* name) {
  const char* value = header(name);
  if (value == nullptr) throw std::invalid_argument(fmt::format("{}: is missing", name));
  return value;
}

std::uint64_t numberOf(const HeaderLookup& header, const char* name, int base = 10) {
  const std::string_view text = required(header, name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    refuse(name, text, "a number");
  return value;
}

std::optional<RingEnd> endOf(const HeaderLookup& header) {
  constexpr auto name = "Sluice-End";
  const char* value = header(name);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  if (text == "closed") return RingEnd::closed;
  if (text == "left") return RingEnd::left;
  refuse(name, text, "closed or left");
}

void checkSequences(const BatchHead& head, std::uint64_t last) {
  const bool isEmpty = head.count == 0;
  if (head.first > highestSequence || head.count > highestSequence || (isEmpty && !head.end))
    refuse("Sluice-Last", std::to_string(last), fmt::format("a sequence from {} on", head.first));
}

void checkSchema(const HeaderLookup& header, const Schema& schema) {
  const std::uint64_t fingerprint = numberOf(header, "Sluice-Fingerprint", 16);
  if (fingerprint != schema.fingerprint())
    refuse("Sluice-Fingerprint", fmt::format("{:016x}", fingerprint),
           fmt::format("{:016x}, which is that of Sluice-Schema", schema.fingerprint()));
  const char* record = header("Sluice-Record");  // an empty value does not travel
  const std::string name = unescaped(record == nullptr ? "" : record);
  if (name != schema.recordName)
    refuse("Sluice-Record", name, "the name that Sluice-Schema has: " + schema.recordName);
}

}  // namespace

SegmentId ringIdOf(std::string_view hex) {
  SegmentId id{};
  bool isId = hex.size() == 2 * id.size();
  for (std::size_t i = 0; isId && i < id.size(); ++i) {
    const char* digits = hex.data() + 2 * i;
    const auto [end, error] = std::from_chars(digits, digits + 2, id[i], 16);
    isId = error == std::errc() && end == digits + 2;
  }
  if (!isId) refuse("ring", hex, "32 hexadecimal digits");
  return id;
}

Headers HeadEncoder::encode(const BatchHead& head) {
  if (schema_ != head.schema) {
    schema_ = head.schema;
    ofSchema_ = {{"Sluice-Fingerprint", fmt::format("{:016x}", schema_->fingerprint())},
                 {"Sluice-Schema", schema_->text()}};
    if (!schema_->recordName.empty())
      ofSchema_.emplace_back("Sluice-Record", escaped(schema_->recordName));
  }
  Headers headers{
      {"Sluice-Wire", std::string(version)},
      {"Sluice-Ring", inHex(head.ring)},
      {"Sluice-Bridge", escaped(head.bridge)},
      {"Sluice-Part", std::to_string(head.part)},
      {"Sluice-First", std::to_string(head.first)},
      {"Sluice-Last", std::to_string(head.next() - 1)},
  };
  if (head.end)
    headers.emplace_back("Sluice-End", *head.end == RingEnd::closed ? "closed" : "left");
  headers.insert(headers.end(), ofSchema_.begin(), ofSchema_.end());
  return headers;
}

std::optional<BatchHead> HeadDecoder::decode(const HeaderLookup& header) {
  const char* wire = header("Sluice-Wire");
  if (wire == nullptr) return std::nullopt;
  if (wire != version)
    refuse(
        "Sluice-Wire", wire,
        fmt::format("version {}: this shm-bridge knows no other, so use the same release at both "
                    "ends",
                    version));
  BatchHead head;
  head.ring = ringIdOf(required(header, "Sluice-Ring"));
  head.bridge = unescaped(required(header, "Sluice-Bridge"));
  if (head.bridge.empty()) refuse("Sluice-Bridge", "", "the name of a consumer");
  head.part = numberOf(header, "Sluice-Part");
  head.first = numberOf(header, "Sluice-First");
  const std::uint64_t last = numberOf(header, "Sluice-Last");
  head.count = last + 1 - head.first;
  head.end = endOf(header);
  checkSequences(head, last);
  const std::string_view text = required(header, "Sluice-Schema");
  if (schema_ == nullptr || text != text_) {
    auto schema = std::make_shared<const Schema>(Schema::parse(text));
    checkSchema(header, *schema);
    text_ = text;
    schema_ = std::move(schema);
  }
  head.schema = schema_;
  return head;
}

}  // namespace shm_bridge
