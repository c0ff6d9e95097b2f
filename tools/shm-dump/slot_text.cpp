#include "slot_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

namespace shm_dump {

using namespace sluice;
using namespace sluice::inspect;

namespace {

using Lines = std::back_insert_iterator<std::string>;

std::string inWords(const FieldValue& value) {
  return std::visit(
      []<class Value>(const Value& found) {
        if constexpr (std::is_same_v<Value, std::string>)
          return "'" + printable(found) + "'";
        else
          return fmt::format("{}", found);
      },
      value);
}

void writeFields(Lines out, const SlotFacts& slot, const RecordView& view) {
  std::size_t width = 0;
  for (const SchemaField& field : view.fields)
    width = std::max(width, field.name.size());
  for (const SchemaField& field : view.fields) {
    const ShownField shown = shownOf(field, view, slot.record);
    std::string text;
    for (const FieldValue& value : shown.values)
      text += (text.empty() ? "" : ", ") + inWords(value);
    if (shown.values.size() > 1) text = fmt::format("[{}]", text);
    if (shown.isCut())
      text += fmt::format(" ... the first {} of {} bytes (--cut)", shown.shown, shown.size);
    fmt::format_to(out, "  {:<{}} = {}\n", printable(field.name), width, text);
  }
}

void writeBytes(Lines out, std::span<const std::byte> record, std::uint64_t size,
                std::uint64_t cut) {
  const auto bytes = record.first(std::min<std::size_t>(record.size(), cut));
  constexpr std::size_t width = 16;
  for (std::size_t start = 0; start < bytes.size(); start += width) {
    const auto part = bytes.subspan(start, std::min(width, bytes.size() - start));
    std::string hex;
    std::string text;
    for (std::size_t i = 0; i < part.size(); ++i) {
      hex += (i == 0 ? "" : i % 8 == 0 ? "  " : " ") + inHex(part.subspan(i, 1));
      const char c = static_cast<char>(part[i]);
      text += c >= ' ' && c <= '~' ? c : '.';
    }
    fmt::format_to(out, "  {:04x}  {:<{}}  |{}|\n", start, hex, 3 * width, text);
  }
  if (bytes.size() < size)
    fmt::format_to(out, "  ... {} more bytes are not shown (--cut)\n", size - bytes.size());
}

void writeMessage(Lines out, const MessageFacts& message) {
  const std::string where = message.inRegion
                                ? fmt::format("in the payload region at {}", message.position)
                                : std::string("in its slot");
  fmt::format_to(out, "  kind {}, {} bytes {}\n", message.kind, message.size, where);
}

std::string_view inWords(SlotState state) {
  switch (state) {
    case SlotState::whole:
      return "whole";
    case SlotState::notYet:
      return "not published yet; the bytes are older ones, or half written";
    case SlotState::neverWritten:
      return "never written";
    case SlotState::overwritten:
      return "overwritten by a later record";
    case SlotState::unreadable:
      return "cannot be read: the file ends before it";
  }
  return "";
}

}  // namespace

std::string inText(const SlotFacts& slot, const RecordView& view) {
  std::string text;
  Lines out(text);
  fmt::format_to(out, "\n{} {} in slot {}: {}\n", slot.message ? "message" : "record",
                 slot.sequence, slot.index, inWords(slot.state));
  if (slot.state == SlotState::neverWritten) return text;
  if (slot.message) writeMessage(out, *slot.message);
  if (view.bytes)
    writeBytes(out, slot.record, slot.message ? slot.message->size : slot.record.size(), view.cut);
  writeFields(out, slot, view);
  return text;
}

}  // namespace shm_dump
