#include "record_view.hpp"

namespace shm_dump {

using namespace sluice;
using namespace sluice::inspect;

ShownField shownOf(const SchemaField& field, const RecordView& view,
                   std::span<const std::byte> record) {
  const SchemaField beginning = beginningOf(field, view.cut);
  ShownField shown{valuesOf(beginning, record), std::uint64_t{beginning.size} * beginning.count,
                   std::uint64_t{field.size} * field.count};
  // A text that ends before the cut is whole.
  if (field.kind == FieldKind::text && shown.values.size() == 1 &&
      std::get<std::string>(shown.values.front()).size() < shown.shown)
    shown.shown = shown.size;
  return shown;
}

}  // namespace shm_dump
