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

/// The row that was taken; or a row that suits and whose lease another process has: for a moment as
/// it looks whether the row suits it, or until its memory is torn down where it was the row's
/// consumer, or as the consumer that the row has.
struct Attempt {
  std::optional<TakenRow> taken;
  std::optional<std::uint32_t> busy;
};

/// Takes the first row that suits so, and still does with its lease in hand.
Result<Attempt> tryRows(const CheckedFile& segment, const LeaseFile& leases, std::string_view name,
                        const std::vector<std::uint64_t>& needed, Suits wanted) {
  Attempt attempt;
  for (std::uint32_t row = 0; row < segment.geometry.consumerRows; ++row) {
    const auto before = readRow(segment.file, segment.geometry, row);
    if (!before) return cutShort(segment);
    if (howItSuits(*before, row, name, needed) != wanted) continue;
    auto lease = Lease::tryTake(leases, leaseByte(consumerParticipant(row)));
    if (!lease) return lease.error();
    if (!*lease) {
      attempt.busy = row;
      continue;
    }
    const auto after = readRow(segment.file, segment.geometry, row);
    if (!after) return cutShort(segment);
    if (howItSuits(*after, row, name, needed) != wanted) continue;
    attempt.taken = TakenRow{row, **std::move(lease)};
    break;
  }
  return attempt;
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

Error allRowsTaken(const CheckedFile& segment) {
  return {ErrorCode::full,
          segment.file.path().string(),
          "consumerRows",
          std::to_string(segment.geometry.consumerRows) + " consumers, living or held",
          "a free row",
          "let one leave, free one that is held (shm-rm NAME --consumer X), or create the "
          "segment with a higher maxConsumers (at most 64)"};
}

}  // namespace

/// No living consumer has a free row or, as the caller has the name, that of its namesake: the
/// process that has the lease of such a row gives it up, or makes the row its own. In another row
/// than that of its namesake the new consumer would begin anew, and nobody would go on in this one.
Result<TakenRow> takeRow(const CheckedFile& segment, const LeaseFile& leases,
                         std::string_view consumerName) {
  LeasePatience patience;
  for (;;) {
    const auto needed = neededRows(segment);
    if (!needed) return needed.error();
    std::optional<std::uint32_t> namesakes;
    bool freeIsBusy = false;
    for (const Suits wanted :
         {Suits::asNamed, Suits::asFree, Suits::asRemembered, Suits::asDead, Suits::asNeeded}) {
      auto attempt = tryRows(segment, leases, consumerName, *needed, wanted);
      if (!attempt) return attempt.error();
      if (attempt->taken) return *std::move(attempt->taken);
      if (!attempt->busy) continue;
      if (wanted == Suits::asNamed) {
        namesakes = attempt->busy;
        break;
      }
      freeIsBusy = freeIsBusy || wanted == Suits::asFree || wanted == Suits::asRemembered;
    }
    const bool isWorthWaiting = namesakes || freeIsBusy;
    if (isWorthWaiting && patience.sleep()) continue;
    return namesakes ? namesakesRowBusy(segment, *namesakes, consumerName) : allRowsTaken(segment);
  }
}

}  // namespace sluice::detail
