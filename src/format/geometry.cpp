#include "format/geometry.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "format/shape.hpp"
#include "os/clock.hpp"

namespace sluice::detail {
namespace {

std::optional<Error> checkName(const std::string& segment, std::string_view name) {
  if (name.size() < Header{}.recordName.size() && name.find('\0') == std::string_view::npos)
    return std::nullopt;
  return Error{.code = ErrorCode::invalidArgument,
               .segment = segment,
               .field = "recordName",
               .found = std::to_string(name.size()) + " bytes",
               .expected = "at most 63 bytes without NUL",
               .advice = "give the record a shorter name"};
}

bool fits(const Field& field, std::size_t recordSize) noexcept {
  if (field.size == 0 || field.count == 0 || field.offset > recordSize) return false;
  return field.count <= (recordSize - field.offset) / field.size;
}

std::optional<Error> checkFields(const std::string& segment, const RecordDescription& record) {
  for (const Field& field : record.fields) {
    if (fits(field, record.size)) continue;
    return Error{.code = ErrorCode::invalidArgument,
                 .segment = segment,
                 .field = "field '" + std::string(field.name) + "'",
                 .found = std::to_string(field.count) + " of " + std::to_string(field.size) +
                          " bytes at offset " + std::to_string(field.offset),
                 .expected = "inside the record of " + std::to_string(record.size) + " bytes",
                 .advice = "describe it with SLUICE_FIELD"};
  }
  return std::nullopt;
}

std::uint64_t nanosecondsSince1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

}  // namespace

Result<Geometry> geometryOf(const std::string& segment, const Choices& choices) {
  auto geometry = shapeOf(segment, choices, choices.record.fields.size());
  if (!geometry) return geometry;
  if (auto error = checkName(segment, choices.record.name)) return *std::move(error);
  if (auto error = checkFields(segment, choices.record)) return *std::move(error);
  return geometry;
}

Header makeHeader(const Geometry& geometry, const RecordDescription& record,
                  const ProcessIdentity& creator, const BootId& boot, const SegmentId& id) {
  Header header{};
  header.magic = magic;
  header.writerFormat = writerFormat;
  header.readerFormat = readerFormat;
  header.byteOrder = byteOrderMark;
  header.headerSize = sizeof(Header);
  header.segmentSize = geometry.segmentSize;
  header.sections = geometry.sections;
  header.capacity = geometry.capacity;
  header.recordSize = geometry.recordSize;
  header.recordAlignment = geometry.recordAlignment;
  header.stride = geometry.stride;
  header.slotLayout = geometry.slotLayout;
  header.lineSpacing = lineSpacing;
  header.wakeProtocol = static_cast<std::uint32_t>(geometry.wakeProtocol);
  header.consumerRows = geometry.consumerRows;
  header.withoutConsumers = geometry.withoutConsumers;
  header.sequenceBits = 64;
  header.fieldCount = static_cast<std::uint32_t>(record.fields.size());
  header.bootId = boot;
  header.creator = {creator.pid, creator.startTime, creator.pidNamespace, nanosecondsSince1970(),
                    nanosecondsSinceBoot()};
  header.fingerprint = fingerprintOf(record.fields);
  const std::string_view name = record.name.substr(0, header.recordName.size() - 1);
  std::copy(name.begin(), name.end(), header.recordName.begin());
  header.id = id;
  header.firstSequence = geometry.firstSequence;
  header.payloadSize = geometry.payloadSize;
  return header;
}

}  // namespace sluice::detail
