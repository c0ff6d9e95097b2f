#include "row_choice.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

#include "mapped_parts.hpp"
#include "sluice/layout/consumer_page.hpp"
#include "sluice/layout/segment_view.hpp"

namespace sluice {
namespace {

using layout::ConsumerPage;
using layout::RowState;

enum class Suits { asNamed, asFree, asDead, never };

Result<Suits> howItSuits(const CheckedFile& segment, std::uint32_t row, std::string_view name) {
  // All that matters lies in front of the upstream set.
  std::array<std::byte, offsetof(ConsumerPage, upstream)> page{};
  const std::uint64_t pages = startOf(segment.geometry, layout::SectionId::consumers);
  const auto read = segment.file.read(pages + row * sizeof(ConsumerPage), page);
  if (!read) return read.error();

  layout::RowWord word{};
  layout::OnDeath onDeath{};
  std::array<char, sizeof(ConsumerPage::name)> found{};
  std::memcpy(&word, page.data() + offsetof(ConsumerPage, row), sizeof(word));
  std::memcpy(&onDeath, page.data() + offsetof(ConsumerPage, onDeath), sizeof(onDeath));
  std::memcpy(found.data(), page.data() + offsetof(ConsumerPage, name), found.size());

  if (word.state() == RowState::free) return Suits::asFree;
  if (!name.empty() && std::string_view(found.data(), strnlen(found.data(), found.size())) == name)
    return Suits::asNamed;
  const bool held = word.state() == RowState::live && onDeath == layout::OnDeath::hold;
  return held ? Suits::never : Suits::asDead;
}

/// Takes that row if it suits so, and still does with its lease in hand.
Result<bool> takeIf(CheckedFile& segment, std::uint32_t row, std::string_view name, Suits wanted) {
  const auto before = howItSuits(segment, row, name);
  if (!before) return before.error();
  if (*before != wanted) return false;
  const std::uint64_t lease = layout::leaseByte(layout::consumerParticipant(row));
  const auto locked = segment.file.tryLock(lease);
  if (!locked || !*locked) return locked;
  const auto after = howItSuits(segment, row, name);
  if (!after) return after.error();
  if (*after == wanted) return true;
  segment.file.unlock(lease);
  return false;
}

}  // namespace

Result<std::uint32_t> takeRow(CheckedFile& segment, std::string_view consumerName) {
  for (const Suits wanted : {Suits::asNamed, Suits::asFree, Suits::asDead}) {
    for (std::uint32_t row = 0; row < segment.geometry.consumerRows; ++row) {
      const auto taken = takeIf(segment, row, consumerName, wanted);
      if (!taken) return taken.error();
      if (*taken) return row;
    }
  }
  return Error{ErrorCode::full,
               segment.file.path().string(),
               "consumerRows",
               std::to_string(segment.geometry.consumerRows) + " consumers, living or held",
               "a free row",
               "let one leave, free one that is held (shm-rm NAME --consumer X), or create the "
               "segment with a higher maxConsumers (at most 64)"};
}

}  // namespace sluice
