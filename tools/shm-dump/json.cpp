#include "json.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "document/words.hpp"
#include "inspect/field_value.hpp"

namespace shm_dump {

using namespace sluice;
using namespace sluice::inspect;
using document::documentFormat;
using document::inJson;

namespace {

Json inJson(const std::optional<MessageFacts>& message) {
  if (!message) return nullptr;
  return {{"kind", message->kind},
          {"size", message->size},
          {"inRegion", message->inRegion},
          {"position", message->position}};
}

}  // namespace

Json inJson(const SlotFacts& slot, const RecordView& view) {
  const std::span<const std::byte> record(slot.record);
  const auto shown = record.first(std::min<std::size_t>(record.size(), view.cut));
  const std::uint64_t size = slot.message ? slot.message->size : record.size();
  bool isCut = view.bytes && shown.size() < size;
  Json values = Json::object();
  for (const SchemaField& field : view.fields) {
    const ShownField part = shownOf(field, view, record);
    values[field.name] = inJson(part.values);
    isCut = isCut || part.isCut();
  }
  return {
      {"sequence", slot.sequence},      {"slot", slot.index},
      {"state", nameOf(slot.state)},    {"bytes", view.bytes ? Json(inHex(shown)) : Json(nullptr)},
      {"fields", std::move(values)},    {"cut", isCut},
      {"message", inJson(slot.message)}};
}

Json listInJson(const std::vector<Snapshot>& snapshots) {
  Json segments = Json::array();
  for (const Snapshot& snapshot : snapshots)
    segments.push_back(inJson(snapshot));
  return {{"format", documentFormat}, {"segments", std::move(segments)}};
}

}  // namespace shm_dump
