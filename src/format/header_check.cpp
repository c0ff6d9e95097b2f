#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "format/geometry.hpp"
#include "format/shape.hpp"
#include "os/printable.hpp"

namespace sluice::detail {
namespace {

using std::to_string;

Error damaged(const std::string& segment, std::string field, std::string found,
              std::string expected) {
  return {.code = ErrorCode::notASegment,
          .segment = segment,
          .field = std::move(field),
          .found = std::move(found),
          .expected = std::move(expected),
          .advice = "the header is damaged; remove the segment and create it again"};
}

std::string inHex(std::uint32_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4)
    text += digits[number >> shift & 0xfU];
  return text;
}

template <std::size_t size>
bool isTerminated(const std::array<char, size>& text) noexcept {
  const auto end = std::find(text.begin(), text.end(), '\0');
  return end != text.end() && std::all_of(end, text.end(), [](char c) { return c == '\0'; });
}

template <std::size_t size>
std::string_view textOf(const std::array<char, size>& text) noexcept {
  return {text.begin(), std::find(text.begin(), text.end(), '\0')};
}

std::optional<Error> checkFormat(const std::string& segment, const Header& header) {
  if (header.magic != magic)
    return Error{.code = ErrorCode::notASegment,
                 .segment = segment,
                 .field = "magic",
                 .found = "other bytes",
                 .expected = "\"SLUICE\", 0x00, 0xd1",
                 .advice = "this file belongs to another program; choose another name"};
  if (header.byteOrder != byteOrderMark)
    return Error{.code = ErrorCode::incompatible,
                 .segment = segment,
                 .field = "byteOrder",
                 .found = inHex(header.byteOrder),
                 .expected = inHex(byteOrderMark),
                 .advice = "open it on a machine of the byte order that wrote it"};
  if (header.readerFormat == 0)
    return damaged(segment, "readerFormat", "0", to_string(readerFormat));
  if (header.readerFormat != readerFormat)
    return Error{
        .code = ErrorCode::incompatible,
        .segment = segment,
        .field = "readerFormat",
        .found = to_string(header.readerFormat),
        .expected = to_string(readerFormat),
        .advice = header.readerFormat < readerFormat
                      ? "an older Sluice made it: end its participants, remove it and create it "
                        "again, or use that Sluice"
                      : "use a Sluice that reads segment format " + to_string(header.readerFormat)};
  if (header.writerFormat < header.readerFormat)
    return damaged(segment, "writerFormat", to_string(header.writerFormat),
                   "at least readerFormat, " + to_string(header.readerFormat));
  return std::nullopt;
}

std::optional<Error> checkNumber(const std::string& segment, const char* field, std::uint64_t found,
                                 std::uint64_t expected) {
  if (found == expected) return std::nullopt;
  return damaged(segment, field, to_string(found), to_string(expected));
}

std::optional<Error> checkConstants(const std::string& segment, const Header& header) {
  if (auto error = checkNumber(segment, "headerSize", header.headerSize, sizeof(Header)))
    return error;
  if (auto error = checkNumber(segment, "lineSpacing", header.lineSpacing, lineSpacing))
    return error;
  if (auto error = checkNumber(segment, "sequenceBits", header.sequenceBits, 64)) return error;
  if (!isTerminated(header.recordName))
    return damaged(segment, "recordName", "text that does not end",
                   "at most 63 bytes and then zeros");
  if (header.fieldCount == 0 && header.fingerprint != 0)
    return damaged(segment, "fingerprint", to_string(header.fingerprint), "0 without fields");
  if (header.id == SegmentId{}) return damaged(segment, "id", "zeros", "a random number");
  // A later format may use what is reserved in this one.
  const bool zero = std::all_of(header.reserved.begin(), header.reserved.end(),
                                [](std::uint8_t byte) { return byte == 0; });
  if (header.writerFormat <= writerFormat && !zero)
    return damaged(segment, "reserved", "other bytes", "zeros");
  return std::nullopt;
}

std::string inWords(const Section& section) {
  return to_string(section.size) + " bytes at " + to_string(section.offset);
}

constexpr std::array<const char*, sectionCount> sectionFields{
    "sections.header",        "sections.schema",    "sections.producer",  "sections.doorbells",
    "sections.lifelineNodes", "sections.lifelines", "sections.consumers", "sections.ring"};

std::optional<Error> checkPlaces(const std::string& segment, const Header& header,
                                 const Geometry& geometry) {
  if (auto error = checkNumber(segment, "stride", header.stride, geometry.stride)) return error;
  for (std::size_t i = 0; i < sectionCount; ++i) {
    if (header.sections[i] == geometry.sections[i]) continue;
    return damaged(segment, sectionFields[i], inWords(header.sections[i]),
                   inWords(geometry.sections[i]));
  }
  return checkNumber(segment, "segmentSize", header.segmentSize, geometry.segmentSize);
}

Choices choicesOf(const Header& header) {
  return {.capacity = header.capacity,
          .consumerRows = header.consumerRows,
          .slotLayout = header.slotLayout,
          .withoutConsumers = header.withoutConsumers,
          .wakeProtocol = static_cast<WakeProtocol>(header.wakeProtocol),
          .firstSequence = header.firstSequence,
          .record = {.name = {},
                     .size = header.recordSize,
                     .alignment = header.recordAlignment,
                     .fields = {}},
          .payloadSize = header.payloadSize};
}

Error mismatch(const std::string& segment, std::string field, std::string found,
               std::string expected) {
  return {.code = ErrorCode::recordMismatch,
          .segment = segment,
          .field = std::move(field),
          .found = std::move(found),
          .expected = std::move(expected),
          .advice = "use the record type that the segment was created for"};
}

Error otherContents(const std::string& segment, std::string found, std::string expected,
                    std::string advice) {
  return {.code = ErrorCode::recordMismatch,
          .segment = segment,
          .field = "slotLayout",
          .found = std::move(found),
          .expected = std::move(expected),
          .advice = std::move(advice)};
}

std::string quoted(std::string_view name) {
  return name.empty() ? "no name" : "'" + printable(name) + "'";
}

const char* nameOf(SlotLayout layout) noexcept {
  switch (layout) {
    case SlotLayout::stamped:
      return "stamped";
    case SlotLayout::packed:
      return "packed";
    case SlotLayout::messages:
      return "messages";
    default:
      return "stampedLines";
  }
}

std::optional<Error> checkRecord(const std::string& segment, const Header& header,
                                 const RecordDescription& record) {
  const std::string_view name = textOf(header.recordName);
  if (name != record.name)
    return mismatch(segment, "recordName", quoted(name), quoted(record.name));
  if (header.recordSize != record.size)
    return mismatch(segment, "recordSize", to_string(header.recordSize) + " bytes",
                    to_string(record.size));
  if (header.recordAlignment != record.alignment)
    return mismatch(segment, "recordAlignment", to_string(header.recordAlignment),
                    to_string(record.alignment));
  const std::uint64_t fingerprint = fingerprintOf(record.fields);
  if (header.fieldCount != 0 && !record.fields.empty() && header.fingerprint != fingerprint)
    return mismatch(segment, "fingerprint",
                    "other fields (fingerprint " + to_string(header.fingerprint) + ")",
                    "fingerprint " + to_string(fingerprint));
  return std::nullopt;
}

std::string nameOf(WakeProtocol protocol) {
  switch (protocol) {
    case WakeProtocol::fence:
      return "fence";
    case WakeProtocol::membarrier:
      return "membarrier";
    default:
      return "none";
  }
}

Result<void> checkProtocol(const std::string& segment, const Header& header,
                           WakeProtocol expected) {
  const auto found = static_cast<WakeProtocol>(header.wakeProtocol);
  if (found == expected) return {};
  return Error{.code = ErrorCode::incompatible,
               .segment = segment,
               .field = "wakeProtocol",
               .found = nameOf(found),
               .expected = nameOf(expected),
               .advice =
                   "the creator chose it for good: ask for that one or for none in particular, "
                   "or create the segment anew"};
}

}  // namespace

Result<Geometry> checkHeader(const std::string& segment, std::span<const std::byte> bytes,
                             std::uint64_t fileSize) {
  if (bytes.size() < sizeof(Header))
    return Error{.code = ErrorCode::notASegment,
                 .segment = segment,
                 .field = "file size",
                 .found = to_string(bytes.size()) + " bytes",
                 .expected = "at least " + to_string(sizeof(Header)),
                 .advice = "this file is too short to be a segment; choose another name"};
  Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (auto error = checkFormat(segment, header)) return *std::move(error);
  if (auto error = checkConstants(segment, header)) return *std::move(error);
  auto geometry = shapeOf(segment, choicesOf(header), header.fieldCount);
  if (!geometry) {
    const Error& wrong = geometry.error();
    return damaged(segment, wrong.field, wrong.found, wrong.expected);
  }
  if (auto error = checkPlaces(segment, header, *geometry)) return *std::move(error);
  if (fileSize != geometry->segmentSize)
    return Error{.code = ErrorCode::notASegment,
                 .segment = segment,
                 .field = "file size",
                 .found = to_string(fileSize) + " bytes",
                 .expected = to_string(geometry->segmentSize),
                 .advice = fileSize < geometry->segmentSize
                               ? "the file was cut; remove the segment and create it again"
                               : "something was appended; remove the segment and create it again"};
  return geometry;
}

Result<void> checkExpectation(const std::string& segment, const Header& header,
                              const Expectation& expectation) {
  const bool wantsRecords = expectation.record || expectation.anyRecord;
  if (wantsRecords && header.slotLayout == SlotLayout::messages)
    return otherContents(segment, "messages", "records", "use the roles of sluice/message.hpp");
  if (expectation.slotLayout == SlotLayout::messages && header.slotLayout != SlotLayout::messages)
    return otherContents(segment, "records", "messages", "use a role for records");
  if (expectation.record) {
    if (auto error = checkRecord(segment, header, *expectation.record)) return *std::move(error);
  }
  if (expectation.slotLayout && header.slotLayout != *expectation.slotLayout)
    return mismatch(segment, "slotLayout", nameOf(header.slotLayout),
                    nameOf(*expectation.slotLayout));
  if (expectation.wakeProtocol) return checkProtocol(segment, header, *expectation.wakeProtocol);
  return {};
}

}  // namespace sluice::detail
