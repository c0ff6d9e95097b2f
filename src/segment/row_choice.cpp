#include "segment/row_choice.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "format/holding_up.hpp"
#include "format/row_image.hpp"
#include "format/segment_view.hpp"

namespace sluice::detail {
namespace {

/// Better rows first. A row that a living consumer runs after is needed: that consumer has yet to
/// see its last commit.
enum class Suits { asNamed, asFree, asRemembered, asDead, asNeeded, never };

Error cutShort(const CheckedFile& segment) {
  return {ErrorCode::notASegment,
          segment.file.path().string(),
          "rows",
          "a file that ends",
          "the row's page",
          "the file was cut; remove the segment and create it again"};
}

/// The rows, with their generation, that those run after which gate.
Result<std::vector<std::uint64_t>> neededRows(const CheckedFile& segment) {
  std::vector<std::uint64_t> needed;
  for (std::uint32_t row = 0; row < segment.geometry.consumerRows; ++row) {
    const auto facts = readRow(segment.file, segment.geometry, row);
    if (!facts) return cutShort(segment);
    if (!facts->word.gates()) continue;
    needed.insert(needed.end(), facts->upstream.begin(), facts->upstream.end());
  }
  return needed;
}

Suits howItSuits(const RowImage& facts, std::uint32_t row, std::string_view name,
                 const std::vector<std::uint64_t>& needed) {
  const bool isFree = facts.word.state() == RowState::free;
  const bool isRemembered = !isFree || (facts.owedFrom != 0 && !facts.name.empty());
  if (isRemembered && !name.empty() && facts.name == name) return Suits::asNamed;
  if (facts.word.gates() && facts.onDeath == OnDeath::hold) return Suits::never;
  const std::uint64_t entry = UpstreamValue::of(row, facts.word.generation()).word;
  if (std::find(needed.begin(), needed.end(), entry) != needed.end()) return Suits::asNeeded;
  if (!isFree) return Suits::asDead;
  return isRemembered ? Suits::asRemembered : Suits::asFree;
}

/// Takes that row if it suits so, and still does with its lease in hand.
Result<std::optional<Lease>> takeIf(const CheckedFile& segment, const LeaseFile& leases,
                                    std::uint32_t row, std::string_view name,
                                    const std::vector<std::uint64_t>& needed, Suits wanted) {
  const auto before = readRow(segment.file, segment.geometry, row);
  if (!before) return cutShort(segment);
  if (howItSuits(*before, row, name, needed) != wanted) return std::optional<Lease>{};
  auto taken = Lease::tryTake(leases, leaseByte(consumerParticipant(row)));
  if (!taken || !*taken) return taken;
  const auto after = readRow(segment.file, segment.geometry, row);
  if (!after) return cutShort(segment);
  if (howItSuits(*after, row, name, needed) != wanted) return std::optional<Lease>{};
  return taken;
}

}  // namespace

Result<TakenRow> takeRow(const CheckedFile& segment, const LeaseFile& leases,
                         std::string_view consumerName) {
  const auto needed = neededRows(segment);
  if (!needed) return needed.error();
  for (const Suits wanted :
       {Suits::asNamed, Suits::asFree, Suits::asRemembered, Suits::asDead, Suits::asNeeded}) {
    for (std::uint32_t row = 0; row < segment.geometry.consumerRows; ++row) {
      auto taken = takeIf(segment, leases, row, consumerName, *needed, wanted);
      if (!taken) return taken.error();
      if (*taken) return TakenRow{row, **std::move(taken)};
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

}  // namespace sluice::detail
