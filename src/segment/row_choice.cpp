#include "segment/row_choice.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "format/holding_up.hpp"
#include "format/row_image.hpp"
#include "format/segment_view.hpp"
#include "os/printable.hpp"
#include "segment/lease_patience.hpp"

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

/// One try for a row. Another process may hold the lease of a row that suits: for a moment as it
/// looks whether the row suits itself, or until its memory is torn down where it was the row's
/// consumer.
struct Attempt {
  bool suits = false;
  std::optional<Lease> lease;
};

/// Takes that row if it suits so, and still does with its lease in hand.
Result<Attempt> takeIf(const CheckedFile& segment, const LeaseFile& leases, std::uint32_t row,
                       std::string_view name, const std::vector<std::uint64_t>& needed,
                       Suits wanted) {
  const auto before = readRow(segment.file, segment.geometry, row);
  if (!before) return cutShort(segment);
  if (howItSuits(*before, row, name, needed) != wanted) return Attempt{};
  auto taken = Lease::tryTake(leases, leaseByte(consumerParticipant(row)));
  if (!taken) return taken.error();
  if (!*taken) return Attempt{.suits = true, .lease = std::nullopt};
  const auto after = readRow(segment.file, segment.geometry, row);
  if (!after) return cutShort(segment);
  if (howItSuits(*after, row, name, needed) != wanted) return Attempt{};
  return Attempt{.suits = true, .lease = *std::move(taken)};
}

Error namesakesRowBusy(const CheckedFile& segment, std::uint32_t row, std::string_view name) {
  return {ErrorCode::inUse,
          segment.file.path().string(),
          "consumer name",
          "another process that has had row " + std::to_string(row) + ", of '" + printable(name) +
              "', for 5 s",
          "nobody at it",
          "look for a stopped process with shm-dump, then try again"};
}

/// The row that keeps what the consumer of that name had committed, if there is one. In another row
/// the new consumer would begin anew, and nobody would go on in this one. No living consumer has
/// the name, so the process that holds the row's lease gives it up, or makes the row its own.
Result<std::optional<TakenRow>> takeNamesakesRow(const CheckedFile& segment,
                                                 const LeaseFile& leases, std::string_view name,
                                                 const std::vector<std::uint64_t>& needed) {
  for (std::uint32_t row = 0; row < segment.geometry.consumerRows; ++row) {
    LeasePatience patience;
    for (;;) {
      auto attempt = takeIf(segment, leases, row, name, needed, Suits::asNamed);
      if (!attempt) return attempt.error();
      if (attempt->lease) return std::optional(TakenRow{row, *std::move(attempt->lease)});
      if (!attempt->suits) break;
      if (!patience.sleep()) return namesakesRowBusy(segment, row, name);
    }
  }
  return std::optional<TakenRow>{};
}

}  // namespace

Result<TakenRow> takeRow(const CheckedFile& segment, const LeaseFile& leases,
                         std::string_view consumerName) {
  LeasePatience patience;
  bool freeIsBusy = false;
  do {
    const auto needed = neededRows(segment);
    if (!needed) return needed.error();
    auto namesakes = takeNamesakesRow(segment, leases, consumerName, *needed);
    if (!namesakes) return namesakes.error();
    if (*namesakes) return **std::move(namesakes);
    freeIsBusy = false;
    for (const Suits wanted :
         {Suits::asFree, Suits::asRemembered, Suits::asDead, Suits::asNeeded}) {
      const bool isFree = wanted == Suits::asFree || wanted == Suits::asRemembered;
      for (std::uint32_t row = 0; row < segment.geometry.consumerRows; ++row) {
        auto attempt = takeIf(segment, leases, row, consumerName, *needed, wanted);
        if (!attempt) return attempt.error();
        if (attempt->lease) return TakenRow{row, *std::move(attempt->lease)};
        freeIsBusy = freeIsBusy || (isFree && attempt->suits);
      }
    }
    // A process that has a free row's lease makes the row its own, or is just giving it up.
  } while (freeIsBusy && patience.sleep());
  return Error{ErrorCode::full,
               segment.file.path().string(),
               "consumerRows",
               std::to_string(segment.geometry.consumerRows) + " consumers, living or held",
               "a free row",
               "let one leave, free one that is held (shm-rm NAME --consumer X), or create the "
               "segment with a higher maxConsumers (at most 64)"};
}

}  // namespace sluice::detail
