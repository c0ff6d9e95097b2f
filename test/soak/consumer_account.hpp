// Whether a consumer was given what it should have been.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "ledger.hpp"
#include "life.hpp"
#include "sluice/lost_records.hpp"
#include "sluice/sequence.hpp"

namespace sluice::soak {

/// Keeps the ledger of one name and throws Broken when the library did other than it promises.
class ConsumerAccount {
 public:
  ConsumerAccount(ConsumerLedger& ledger, const Role& role) noexcept
      : ledger_(ledger), role_(role) {}

  /// A new life of that name begins at `next` and was told of what is lost.
  void begin(Sequence next, const LostRecords& lost) {
    if (lost.count != 0 && lost.first + lost.count != next)
      throw Broken(fmt::format("told that {} records from {} are lost, and goes on at {}",
                               lost.count, lost.first, next));
    // What is between a consumer that left in order and the next belongs to nobody.
    if (ledger_.begun.get() != 0 && ledger_.leaving.get() == 0) {
      if (role_.onDeath == OnDeath::hold)
        resume(next, lost);
      else if (lost.count != 0)
        goOnAfterLoss(lost);
      else
        goOn(next);
    }
    // A consumer that is killed between these leaves a range that holds both.
    ledger_.processed.set(std::max<std::uint64_t>(next, ledger_.processed.get()));
    ledger_.owed.set(lost.count != 0 ? lost.first : next);
    ledger_.start.set(next);
    ledger_.committed.set(next);
    ledger_.processed.set(next);
    ledger_.firstTorn.set(ConsumerLedger::noneTorn);
    ledger_.begun.set(1);
    ledger_.leaving.set(0);
    ledger_.lives.add(1);
  }

  /// Before a commit of everything in front of `position`.
  void beforeCommit(std::uint64_t position) {
    ledger_.processed.set(std::max<std::uint64_t>(position, ledger_.processed.get()));
  }

  /// After a commit that counts.
  void afterCommit(std::uint64_t position) {
    checkTorn(position);
    const std::uint64_t committed = ledger_.committed.get();
    if (position <= committed) return;
    ledger_.records.add(position - committed);
    ledger_.committed.set(position);
  }

  /// After a commit that does not count, or a wait that told of the eviction.
  void onEviction(Sequence lastCommitted) {
    if (!role_.mayBeEvicted()) throw Broken("evicted, though nobody allowed it");
    if (lastCommitted + 1 != ledger_.committed.get())
      throw Broken(fmt::format("evicted after a last commit of {}, but {} was good", lastCommitted,
                               ledger_.committed.get() - 1));
    ledger_.processed.set(ledger_.committed.get());
    ledger_.firstTorn.set(ConsumerLedger::noneTorn);
    ledger_.evictions.add(1);
  }

  /// A record that is not as it was published: at once wrong for a consumer that cannot be evicted,
  /// else only if a good commit covers it.
  void onTorn(Sequence sequence) {
    if (!role_.mayBeEvicted()) throw Broken(fmt::format("record {} is torn", sequence));
    ledger_.firstTorn.set(std::min<std::uint64_t>(ledger_.firstTorn.get(), sequence));
  }

 private:
  void resume(Sequence next, const LostRecords& lost) {
    if (lost.count != 0)
      throw Broken(
          fmt::format("held, and told that {} records from {} are lost", lost.count, lost.first));
    mustBeCommit("goes on at", next);
    ledger_.records.add(next - ledger_.committed.get());
    ledger_.redelivered.add(ledger_.processed.get() - next);
  }

  /// A consumer that died before its first commit may not have been told what was lost before it,
  /// so the next is told that too.
  void goOnAfterLoss(const LostRecords& lost) {
    const bool hadCommitted = ledger_.committed.get() > ledger_.start.get();
    if (hadCommitted || lost.first != ledger_.owed.get())
      mustBeCommit("was told of a loss from", lost.first);
    checkTorn(lost.first);
    const std::uint64_t good = std::max<std::uint64_t>(lost.first, ledger_.committed.get());
    ledger_.records.add(good - ledger_.committed.get());
    ledger_.losses.add(1);
    ledger_.lost.add(lost.first + lost.count - good);
  }

  void goOn(Sequence next) {
    mustBeCommit("was told of no loss and goes on at", next);
    checkTorn(next);
    ledger_.records.add(next - ledger_.committed.get());
  }

  /// What the life before had committed is known but for its last commit.
  void mustBeCommit(const char* what, std::uint64_t position) const {
    const std::uint64_t committed = ledger_.committed.get();
    const std::uint64_t processed = ledger_.processed.get();
    if (position < committed || position > processed)
      throw Broken(fmt::format("{} {}: what came before was committed up to {}, or {} at most",
                               what, position, committed, processed));
  }

  void checkTorn(std::uint64_t position) const {
    if (ledger_.firstTorn.get() < position)
      throw Broken(
          fmt::format("record {} is torn in a batch whose commit counts", ledger_.firstTorn.get()));
  }

  ConsumerLedger& ledger_;
  const Role& role_;
};

}  // namespace sluice::soak
