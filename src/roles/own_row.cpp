#include "roles/own_row.hpp"

#include <algorithm>
#include <string_view>

#include "format/end_of_stream.hpp"
#include "format/holding_up.hpp"
#include "format/payload_positions.hpp"
#include "os/clock.hpp"
#include "os/identity.hpp"
#include "roles/run_order.hpp"
#include "sluice/detail/fence.hpp"

namespace sluice::detail {

Error impossibleCursor(const SegmentPath& path, Sequence committed) {
  return {ErrorCode::notASegment,
          path.string(),
          "cursor",
          std::to_string(committed),
          "a sequence within two rings before the end of the stream, below half of all sequences",
          "a page is damaged: remove a held consumer (shm-rm NAME --consumer X), or create the "
          "segment anew"};
}

namespace {

/// Without the fence the producer may not see this row before it writes over what it is to read.
Error fenceRefused(const SegmentPath& path) {
  return {ErrorCode::incompatible,
          path.string(),
          "wakeProtocol",
          "membarrier, which a filter refuses to this process by now",
          "a membarrier system call that works",
          "allow it in the filter, or attach before the filter is put on"};
}

Error afterItself(const SegmentPath& path, const std::string& cycle) {
  return {ErrorCode::invalidArgument,
          path.string(),
          "after",
          "a cycle: " + cycle,
          "consumers none of which runs after itself",
          "leave one of these names out, or give a held row up first (shm-rm NAME --consumer X)"};
}

}  // namespace

OwnRow::OwnRow(Participant& participant, const ConsumerOptions& options)
    : participant_(participant),
      name_(options.name),
      onDeath_(options.onDeath),
      mayBeEvicted_(options.evictAfter.count() != 0) {}

/// Begins in the row whose lease is held. The consumer that had it before is gone for good.
Result<void> OwnRow::begin(const ConsumerOptions& options, const std::vector<RowKey>& upstream) {
  const ConsumerPage& own = page();
  const RowWord found{own.row.load(std::memory_order_acquire)};
  const bool isNamesake = !name_.empty() && nameIn(own) == name_;
  isNewName_ = !isNamesake;
  const bool sameName = isNamesake && found.state() != RowState::free;
  const Sequence cursor = own.cursor.sequence.load(std::memory_order_acquire);
  // A consumer that died while it joined had not begun to read.
  const bool hadJoined = !own.isJoining(cursor);
  const bool held = found.gates() && own.onDeath.load(std::memory_order_relaxed) == OnDeath::hold;
  if (sameName && hadJoined && held) {
    const std::uint64_t behind = endOfStream(view()) - cursor;
    if (behind > 2 * view().geometry().capacity)
      return impossibleCursor(participant_.path(), cursor);
    const auto resumed = resume(options, upstream);
    if (!resumed) return resumed.error();
    if (*resumed) return {};
  }

  // The commit of an evicted consumer may have come too late, which its cursor does not tell.
  const RowWord now{own.row.load(std::memory_order_acquire)};
  const bool wasEvictable = own.evictAfter.load(std::memory_order_relaxed) != 0;
  const Sequence committed =
      now.state() == RowState::evicted && wasEvictable ? now.committedUpTo(cursor) : cursor;
  // A consumer that died while it joined, or that left its row free, has left in the page what its
  // name is owed.
  std::uint64_t owed = isNamesake ? own.owedFrom.load(std::memory_order_relaxed) : 0;
  if (sameName && hadJoined) owed = own.owedAfter(committed);
  retire(sameName);
  page().owedFrom.store(owed, std::memory_order_release);
  if (auto joined = join(options, upstream); !joined) return joined;
  const Sequence firstOwed = owed - 1;
  const auto count = distance(firstOwed, start_ + 1);
  if (owed != 0 && count > 0) lost_ = {firstOwed, static_cast<std::uint64_t>(count)};
  // It is given what came before that too: should it go before its first commit, all of it is owed.
  if (count < 0) page().owedFrom.store(0, std::memory_order_release);
  return {};
}

/// Says which consumer and process this is, for people.
void OwnRow::introduce() {
  const auto order = std::memory_order_relaxed;
  const auto process = currentProcess();
  ConsumerPage& own = page();
  own.identity.pid.store(process.pid, order);
  own.identity.startTime.store(process.startTime, order);
  own.identity.pidNamespace.store(process.pidNamespace, order);
  // A held row must be found by its name at every moment.
  if (nameIn(own) != name_) {
    own.name.fill('\0');
    std::copy(name_.begin(), name_.end(), own.name.begin());
  }
  own.asleepFor.store(0, order);
  own.attachedAt.store(nanosecondsSinceBoot(), order);
  own.evictedAt.store(0, order);
}

OwnRow::UpstreamWords OwnRow::wordsOf(const std::vector<RowKey>& upstream) noexcept {
  UpstreamWords words{};
  for (std::size_t i = 0; i < upstream.size(); ++i)
    words[i] = UpstreamValue::of(upstream[i].row, upstream[i].generation).word;
  return words;
}

OwnRow::UpstreamWords OwnRow::upstreamWords() const noexcept {
  UpstreamWords words{};
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = page().upstream[i].load(std::memory_order_relaxed);
  return words;
}

void OwnRow::sayUpstream(const UpstreamWords& words) const noexcept {
  for (std::size_t i = 0; i < words.size(); ++i)
    page().upstream[i].store(words[i],
                             std::memory_order_relaxed);  // [J6] pairs with [J7], by J2
}

void OwnRow::setPolicy(const ConsumerOptions& options) noexcept {
  ConsumerPage& own = page();
  own.evictAfter.store(static_cast<std::uint64_t>(options.evictAfter.count()),
                       std::memory_order_relaxed);
  own.onDeath.store(options.onDeath, std::memory_order_release);  // [D2] pairs with [D3]
}

/// Takes a dead consumer's row out of the gate. Under its own name it stays marked as evicted until
/// the new one has joined, so that what it lost is not forgotten before.
void OwnRow::retire(bool sameName) noexcept {
  const RowState state = sameName ? RowState::evicted : RowState::free;
  std::uint64_t before = page().row.load(std::memory_order_relaxed);
  do {
    if (!RowWord{before}.gates()) return;
  } while (!page().row.compare_exchange_weak(before, RowWord{before}.as(state).word,
                                             std::memory_order_acq_rel,
                                             std::memory_order_relaxed));  // [L1] pairs with [C1]
  announceRowChange(view(), row());
}

Result<void> OwnRow::join(const ConsumerOptions& options, const std::vector<RowKey>& upstream) {
  // A consumer that may be evicted may be so while it joins, and then joins anew.
  constexpr int tries = 100;
  for (int i = 0; i < tries; ++i) {
    const auto joined = tryJoin(options, upstream);
    if (!joined) return joined.error();
    if (*joined) break;
  }
  return {};
}

/// False when the producer has just evicted this consumer.
Result<bool> OwnRow::tryJoin(const ConsumerOptions& options, const std::vector<RowKey>& upstream) {
  const auto order = std::memory_order_relaxed;
  const ProducerPage& producer = view().producer();
  ConsumerPage& own = page();
  const std::uint64_t capacity = view().geometry().capacity;

  introduce();
  sayUpstream(wordsOf(upstream));
  // A cursor that is surely low enough, so that the row may be seen at any moment from here on.
  const Sequence shown = producer.cursor.sequence.load(std::memory_order_acquire);
  own.joinedAt.store(shown + 1, order);
  own.cursor.sequence.store(shown - capacity, std::memory_order_release);  // [J1] pairs with [C1]
  setPolicy(options);
  const RowWord before{own.row.load(order)};
  const RowWord mine = RowWord::of(before.generation() + 1, RowState::live);
  word_ = mayBeEvicted_ ? mine.withCommitted(shown - capacity).word : mine.word;
  own.row.store(word_, std::memory_order_release);  // [J1] pairs with [C1]
  announceRowChange(view(), row());
  if (!heavyFence(view().geometry().wakeProtocol)) {  // [J3] pairs with [C3]
    giveUp(RowState::free);
    return fenceRefused(participant_.path());
  }
  const Sequence limit = producer.limit.sequence.load(order);            // [J4] pairs with [C2]
  const std::uint64_t payloadLimit = producer.payloadLimit.load(order);  // [J4] pairs with [C2]
  const Sequence published = endOfStream(view());                        // [J4] pairs with [P1]
  start_ = options.startAt == StartAt::latest
               ? published
               : beforeOldestWhole(view(), limit, payloadLimit, published);
  own.joinedAt.store(start_ + 1, order);
  if (!confirmCommit(start_)) return false;
  own.cursor.sequence.store(start_, std::memory_order_release);  // [J5] pairs with [C1]
  announceRowChange(view(), row());
  return true;
}

/// Goes on in the row of a dead consumer of this name that has been gating all the while. False
/// when the producer has just gone on without it.
///
/// Consumers may run after this row already. So it refuses to run after one of these, and looks
/// once more when it has said which: of two successors that would close a cycle together, one
/// raises the membership after the other, and sees what that one has said.
Result<bool> OwnRow::resume(const ConsumerOptions& options, const std::vector<RowKey>& upstream) {
  word_ = page().row.load(std::memory_order_acquire);
  start_ = page().cursor.sequence.load(std::memory_order_relaxed);
  if (!RowWord{word_}.gates()) return false;
  const RowKey own{row(), RowWord{word_}.generation()};
  const std::string cycle = cycleThrough(view(), own, name_, upstream);
  if (!cycle.empty()) return afterItself(participant_.path(), cycle);
  const UpstreamWords before = upstreamWords();
  sayUpstream(wordsOf(upstream));
  raiseMembership(view());
  const std::string late = cycleThrough(view(), own, name_, upstream);
  if (!late.empty()) {
    sayUpstream(before);
    return afterItself(participant_.path(), late);
  }
  if (!confirmCommit(start_)) return false;
  introduce();
  // The policy comes last: until here the row is held for the next successor.
  setPolicy(options);
  announceRowChange(view(), row());
  return true;
}

Sequence OwnRow::lastCommitted() const noexcept {
  if (hasResigned_) return resignedAt_;
  const Sequence cursor = page().cursor.sequence.load(std::memory_order_relaxed);
  return mayBeEvicted_ ? RowWord{word_}.committedUpTo(cursor) : cursor;
}

bool OwnRow::confirmCommit(Sequence committed) noexcept {
  if (!mayBeEvicted_) return !isEvicted();
  std::uint64_t mine = word_;
  const std::uint64_t confirmed = RowWord{mine}.withCommitted(committed).word;
  if (!page().row.compare_exchange_strong(mine, confirmed, std::memory_order_acq_rel,
                                          std::memory_order_acquire))  // [K1] pairs with [L1]
    return false;
  word_ = confirmed;
  return true;
}

void OwnRow::fallAsleep(Sequence target) noexcept {
  page().asleepFor.store(target + 1, std::memory_order_relaxed);
  // A sleep goes on from slice to slice.
  if (sleptFor_ != target) page().sleptAt.store(nanosecondsSinceBoot(), std::memory_order_relaxed);
  sleptFor_ = target;
  page().sleeps.fetch_add(1, std::memory_order_relaxed);
}

void OwnRow::wakeUp() noexcept {
  page().asleepFor.store(0, std::memory_order_relaxed);
}

void OwnRow::leave() noexcept {
  if (hasResigned_) return;
  wakeUp();
  // As at its death: the row gates, and the name's successor goes on at the commit.
  if (onDeath_ == OnDeath::hold && !isEvicted()) return;
  // An evicted row says by itself what its name was not given.
  const bool isRemembered = isEvicted() && !name_.empty();
  page().owedFrom.store(isRemembered ? 0 : owedWhenLeft(), std::memory_order_release);
  giveUp(isRemembered ? RowState::evicted : RowState::free);
}

/// What is owed to the name of a consumer that leaves without having read everything. What was owed
/// to this consumer it has been told.
std::uint64_t OwnRow::owedWhenLeft() const noexcept {
  const Sequence committed = lastCommitted();
  const bool isBehind = distance(committed, endOfStream(view())) > 0;
  return name_.empty() || !isBehind ? 0 : committed + 2;
}

void OwnRow::resign() noexcept {
  if (hasResigned_) return;
  wakeUp();
  resignedAt_ = lastCommitted();
  hasResigned_ = true;
  page().owedFrom.store(0, std::memory_order_release);
  giveUp(RowState::free);
  participant_.giveUpRow();
}

/// Does nothing to a row that another consumer has.
void OwnRow::giveUp(RowState state) noexcept {
  std::uint64_t mine = page().row.load(std::memory_order_relaxed);
  do {
    if (RowWord{mine}.generation() != RowWord{word_}.generation()) return;
  } while (!page().row.compare_exchange_weak(mine, RowWord{mine}.as(state).word,
                                             std::memory_order_acq_rel,
                                             std::memory_order_relaxed));  // [L1] pairs with [C1]
  announceRowChange(view(), row());
}

}  // namespace sluice::detail
