#include "row_choice.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "mapped_parts.hpp"
#include "sluice/layout/consumer_page.hpp"
#include "sluice/layout/segment_view.hpp"

namespace sluice {
namespace {

using layout::ConsumerPage;
using layout::RowState;

/// Better ones first. A row that a living consumer runs after is needed by that one, which has yet
/// to see its last commit.
enum class Suits { asNamed, asFree, asDead, asNeeded, never };

/// What matters of a row.
struct RowFacts {
  layout::RowWord word{};
  layout::OnDeath onDeath{};
  std::array<char, sizeof(ConsumerPage::name)> name{};
  std::array<std::uint64_t, layout::maxConsumerRows> upstream{};

  std::string_view nameText() const { return {name.data(), strnlen(name.data(), name.size())}; }
};

Result<RowFacts> readRow(const CheckedFile& segment, std::uint32_t row) {
  std::array<std::byte, offsetof(ConsumerPage, sleeps)> page{};
  const std::uint64_t pages = startOf(segment.geometry, layout::SectionId::consumers);
  const auto read = segment.file.read(pages + row * sizeof(ConsumerPage), page);
  if (!read) return read.error();
  RowFacts facts;
  const auto copy = [&page](auto& field, std::size_t offset) {
    std::memcpy(&field, page.data() + offset, sizeof(field));
  };
  copy(facts.word, offsetof(ConsumerPage, row));
  copy(facts.onDeath, offsetof(ConsumerPage, onDeath));
  copy(facts.name, offsetof(ConsumerPage, name));
  copy(facts.upstream, offsetof(ConsumerPage, upstream));
  return facts;
}

/// The rows, with their generation, that those run after which gate.
Result<std::vector<std::uint64_t>> neededRows(const CheckedFile& segment) {
  std::vector<std::uint64_t> needed;
  for (std::uint32_t row = 0; row < segment.geometry.consumerRows; ++row) {
    const auto facts = readRow(segment, row);
    if (!facts) return facts.error();
    if (!facts->word.gates()) continue;
    std::copy_if(facts->upstream.begin(), facts->upstream.end(), std::back_inserter(needed),
                 [](std::uint64_t entry) { return entry != 0; });
  }
  return needed;
}

Suits howItSuits(const RowFacts& facts, std::uint32_t row, std::string_view name,
                 const std::vector<std::uint64_t>& needed) {
  const bool isFree = facts.word.state() == RowState::free;
  if (!isFree && !name.empty() && facts.nameText() == name) return Suits::asNamed;
  if (facts.word.gates() && facts.onDeath == layout::OnDeath::hold) return Suits::never;
  const std::uint64_t entry = std::uint64_t{facts.word.generation()} << 32 | (row + 1);
  if (std::find(needed.begin(), needed.end(), entry) != needed.end()) return Suits::asNeeded;
  return isFree ? Suits::asFree : Suits::asDead;
}

/// Takes that row if it suits so, and still does with its lease in hand.
Result<bool> takeIf(CheckedFile& segment, std::uint32_t row, std::string_view name,
                    const std::vector<std::uint64_t>& needed, Suits wanted) {
  const auto before = readRow(segment, row);
  if (!before) return before.error();
  if (howItSuits(*before, row, name, needed) != wanted) return false;
  const std::uint64_t lease = layout::leaseByte(layout::consumerParticipant(row));
  auto locked = segment.file.tryLock(lease);
  if (!locked || !*locked) return locked;
  const auto after = readRow(segment, row);
  if (!after) return after.error();
  if (howItSuits(*after, row, name, needed) == wanted) return true;
  segment.file.unlock(lease);
  return false;
}

}  // namespace

Result<std::uint32_t> takeRow(CheckedFile& segment, std::string_view consumerName) {
  const auto needed = neededRows(segment);
  if (!needed) return needed.error();
  for (const Suits wanted : {Suits::asNamed, Suits::asFree, Suits::asDead, Suits::asNeeded}) {
    for (std::uint32_t row = 0; row < segment.geometry.consumerRows; ++row) {
      const auto taken = takeIf(segment, row, consumerName, *needed, wanted);
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
