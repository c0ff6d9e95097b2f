#include "sluice/roles/consumer_seat.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "end_of_stream.hpp"
#include "sluice/platform/identity.hpp"
#include "sluice/roles/opening.hpp"

namespace sluice {
namespace {

using layout::RowState;
using layout::RowWord;

constexpr std::size_t maxNameLength = sizeof(layout::ConsumerPage::name) - 1;

Result<void> check(std::string_view segment, const ConsumerOptions& options) {
  if (options.name.size() > maxNameLength || options.name.find('\0') != std::string::npos) {
    return Error{ErrorCode::invalidArgument,
                 std::string(segment),
                 "consumer name",
                 std::to_string(options.name.size()) + " bytes",
                 "at most " + std::to_string(maxNameLength) + " bytes without NUL",
                 "choose a shorter name"};
  }
  if (options.maxBatch == 0) {
    return Error{
        ErrorCode::invalidArgument, std::string(segment), "maxBatch", "0", "at least 1", ""};
  }
  if (options.onDeath == OnDeath::hold && options.name.empty()) {
    return Error{ErrorCode::invalidArgument,
                 std::string(segment),
                 "onDeath",
                 "hold, without a consumer name",
                 "a name that a successor can give",
                 "name the consumer"};
  }
  if (options.evictAfter < std::chrono::nanoseconds::zero()) {
    return Error{ErrorCode::invalidArgument,
                 std::string(segment),
                 "evictAfter",
                 std::to_string(options.evictAfter.count()) + " ns",
                 "a duration, or 0 for never",
                 ""};
  }
  return {};
}

Error impossible(const platform::SegmentPath& path, Sequence committed) {
  return {ErrorCode::notASegment,
          path.string(),
          "cursor",
          std::to_string(committed),
          "a sequence within two rings before the end of the stream, below half of all sequences",
          "a page is damaged: remove a held consumer (shm-rm NAME --consumer X), or create the "
          "segment anew"};
}

}  // namespace

Result<std::unique_ptr<ConsumerSeat>> ConsumerSeat::take(std::string_view segment,
                                                         const ConsumerOptions& options,
                                                         const RecordDescription& record,
                                                         layout::SlotLayout slotLayout) {
  if (auto good = check(segment, options); !good) return good.error();
  const platform::SegmentPath path{options.directory, std::string(segment)};
  const Expectation expectation{record, slotLayout, mappingOptions(options.memory)};
  auto participant = onceItAppears(path, options.appearWithin, [&] {
    return Participant::openAsConsumer(path, options.name, expectation);
  });
  if (!participant) return participant.error();
  std::unique_ptr<ConsumerSeat> seat(new ConsumerSeat(std::move(*participant), options));
  if (auto found = seat->findUpstream(options.after); !found) return found.error();
  if (auto begun = seat->begin(options); !begun) return begun.error();
  // No stream gets as far as half the sequence space, and near its end a slot without a record
  // looks like one that has it.
  if (distance(initialSequence<Sequence>, seat->start_) < 0) return impossible(path, seat->start_);
  return seat;
}

ConsumerSeat::ConsumerSeat(Participant participant, const ConsumerOptions& options)
    : participant_(std::move(participant)),
      producer_(producerBarrier(participant_.view())),
      withoutProducer_(options.withoutProducer),
      mayBeEvicted_(options.evictAfter.count() != 0),
      hasName_(!options.name.empty()) {}

ConsumerSeat::~ConsumerSeat() {
  if (participant_.isAttached()) leave();
}

Result<void> ConsumerSeat::findUpstream(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto key = findRow(view(), name);
    if (!key) {
      return Error{ErrorCode::notFound,
                   participant_.path().string(),
                   "after",
                   "no consumer named '" + name + "'",
                   "a consumer that has joined",
                   "attach that one first"};
    }
    upstream_.push_back({*key, initialSequence<Sequence>});
  }
  return {};
}

/// Takes the place in the row whose lease is held. Who had it before is gone for good.
Result<void> ConsumerSeat::begin(const ConsumerOptions& options) {
  const layout::ConsumerPage& own = page();
  const RowWord found{own.row.load(std::memory_order_acquire)};
  const std::string_view name(own.name.data(), strnlen(own.name.data(), own.name.size()));
  const bool sameName = hasName_ && found.state() != RowState::free && name == options.name;
  const Sequence cursor = own.cursor.sequence.load(std::memory_order_acquire);
  // One that died while it joined had not begun to read.
  const bool hadJoined = !own.isJoining(cursor);
  const bool held = found.gates() && own.onDeath.load(std::memory_order_relaxed) == OnDeath::hold;
  if (sameName && hadJoined && held) {
    const std::uint64_t behind = endOfStream(view()) - cursor;
    if (behind > 2 * view().geometry().capacity) return impossible(participant_.path(), cursor);
    if (resume(options)) return {};
  }

  // An evicted one's commit may have come too late, which its cursor does not tell.
  const RowWord now{own.row.load(std::memory_order_acquire)};
  const bool wasEvictable = own.evictAfter.load(std::memory_order_relaxed) != 0;
  const Sequence committed =
      now.state() == RowState::evicted && wasEvictable ? now.committedUpTo(cursor) : cursor;
  // One that died before its first commit leaves what was owed to it to the next, because nobody
  // may have been told.
  std::uint64_t owed = sameName ? own.owedFrom.load(std::memory_order_relaxed) : 0;
  const bool hadCommitted = committed + 1 != own.joinedAt.load(std::memory_order_relaxed);
  if (sameName && hadJoined && (hadCommitted || owed == 0)) owed = committed + 2;
  retire(sameName);
  page().owedFrom.store(owed, std::memory_order_release);
  join(options);
  const Sequence firstOwed = owed - 1;
  const auto count = distance(firstOwed, start_ + 1);
  if (owed != 0 && count > 0) lost_ = {firstOwed, static_cast<std::uint64_t>(count)};
  return {};
}

/// Says who this is, for people.
void ConsumerSeat::introduce(const ConsumerOptions& options) {
  const auto order = std::memory_order_relaxed;
  const auto process = platform::currentProcess();
  layout::ConsumerPage& own = page();
  own.identity.pid.store(process.pid, order);
  own.identity.startTime.store(process.startTime, order);
  own.identity.pidNamespace.store(process.pidNamespace, order);
  // A held row must be found by its name at every moment.
  if (std::string_view(own.name.data(), strnlen(own.name.data(), own.name.size())) !=
      options.name) {
    own.name.fill('\0');
    std::copy(options.name.begin(), options.name.end(), own.name.begin());
  }
  for (auto& entry : own.upstream)
    entry.store(0, order);
  for (std::size_t i = 0; i < upstream_.size(); ++i) {
    const ConsumerKey key = upstream_[i].key;
    own.upstream[i].store(std::uint64_t{key.generation} << 32 | (key.row + 1), order);
  }
  own.asleepFor.store(0, order);
}

void ConsumerSeat::setPolicy(const ConsumerOptions& options) noexcept {
  layout::ConsumerPage& own = page();
  own.evictAfter.store(static_cast<std::uint64_t>(options.evictAfter.count()),
                       std::memory_order_relaxed);
  own.onDeath.store(options.onDeath, std::memory_order_release);  // [D2] pairs with [D3]
}

/// Takes a dead consumer's row out of the gate. Under its own name it stays marked as evicted until
/// the new one has joined, so that what it lost is not forgotten before.
void ConsumerSeat::retire(bool sameName) noexcept {
  const RowState state = sameName ? RowState::evicted : RowState::free;
  std::uint64_t before = page().row.load(std::memory_order_relaxed);
  do {
    if (!RowWord{before}.gates()) return;
  } while (!page().row.compare_exchange_weak(before, RowWord{before}.as(state).word,
                                             std::memory_order_acq_rel,
                                             std::memory_order_relaxed));  // [L1] pairs with [C1]
  announceRowChange(view(), row());
}

void ConsumerSeat::join(const ConsumerOptions& options) {
  // One that may be evicted may be so while it joins, and then joins anew.
  constexpr int tries = 100;
  for (int i = 0; i < tries && !tryJoin(options); ++i) {
  }
}

bool ConsumerSeat::tryJoin(const ConsumerOptions& options) {
  const auto order = std::memory_order_relaxed;
  const layout::ProducerPage& producer = view().producer();
  layout::ConsumerPage& own = page();
  const std::uint64_t capacity = view().geometry().capacity;

  introduce(options);
  // A cursor that is surely low enough, so that the row may be seen at any moment from here on.
  const Sequence shown = producer.cursor.sequence.load(std::memory_order_acquire);
  own.joinedAt.store(shown + 1, order);
  own.cursor.sequence.store(shown - capacity, std::memory_order_release);  // [J1] pairs with [C1]
  setPolicy(options);
  const RowWord before{own.row.load(order)};
  const RowWord mine = RowWord::of(before.generation() + 1, RowState::live);
  rowWord_ = mayBeEvicted_ ? mine.withCommitted(shown - capacity).word : mine.word;
  own.row.store(rowWord_, std::memory_order_release);  // [J1] pairs with [C1]
  announceRowChange(view(), row());
  platform::heavyFence(view().geometry().wakeProtocol);        // [J3] pairs with [C3]
  const Sequence limit = producer.limit.sequence.load(order);  // [J4] pairs with [C2]
  const Sequence published = endOfStream(view());              // [J4] pairs with [P1]
  start_ = options.startAt == StartAt::latest ? published : beforeOldestWhole(limit, capacity);
  own.joinedAt.store(start_ + 1, order);
  if (!confirmCommit(start_)) return false;
  own.cursor.sequence.store(start_, std::memory_order_release);  // [J5] pairs with [C1]
  announceRowChange(view(), row());
  return true;
}

/// Goes on in the row of a dead consumer of this name that has been gating all the while. False
/// when the producer has just gone on without it.
bool ConsumerSeat::resume(const ConsumerOptions& options) {
  rowWord_ = page().row.load(std::memory_order_acquire);
  start_ = page().cursor.sequence.load(std::memory_order_relaxed);
  if (!RowWord{rowWord_}.gates()) return false;
  introduce(options);
  if (!confirmCommit(start_)) return false;
  // The policy comes last: until here the row is held for the next successor.
  setPolicy(options);
  announceRowChange(view(), row());
  return true;
}

Sequence ConsumerSeat::lastCommitted() const noexcept {
  const Sequence cursor = page().cursor.sequence.load(std::memory_order_relaxed);
  return mayBeEvicted_ ? RowWord{rowWord_}.committedUpTo(cursor) : cursor;
}

bool ConsumerSeat::confirmCommit(Sequence committed) noexcept {
  if (!mayBeEvicted_) return !isEvicted();
  std::uint64_t mine = rowWord_;
  const std::uint64_t confirmed = RowWord{mine}.withCommitted(committed).word;
  if (!page().row.compare_exchange_strong(mine, confirmed, std::memory_order_acq_rel,
                                          std::memory_order_acquire))  // [K1] pairs with [L1]
    return false;
  rowWord_ = confirmed;
  return true;
}

/// One that was evicted leaves word of it under its name.
void ConsumerSeat::leave() noexcept {
  page().asleepFor.store(0, std::memory_order_relaxed);
  std::uint64_t mine = page().row.load(std::memory_order_relaxed);
  do {
    const RowWord word{mine};
    if (word.generation() != RowWord{rowWord_}.generation()) return;
    if (word.state() == RowState::evicted && hasName_) return;
  } while (!page().row.compare_exchange_weak(mine, RowWord{mine}.as(RowState::free).word,
                                             std::memory_order_acq_rel,
                                             std::memory_order_relaxed));  // [L1] pairs with [C1]
  announceRowChange(view(), row());
}

void ConsumerSeat::look(Upstream& upstream) noexcept {
  if (upstream.gone != Ended::no) return;
  const layout::ConsumerPage& page = view().consumer(upstream.key.row);
  std::uint64_t row = page.row.load(std::memory_order_acquire);  // [U1] pairs with [J1] [K1] [L1]
  // The cursor belongs to the row word that was the same before and after: to this consumer, and of
  // one that has gone it is the last.
  for (std::uint64_t before = ~row; before != row;) {
    const RowWord word{row};
    // A row that changed hands says nothing of the one that had it.
    if (word.generation() != upstream.key.generation) break;
    const Sequence cursor =
        page.cursor.sequence.load(std::memory_order_acquire);  // [U1] pairs with [P1]
    const bool mayBeEvicted = page.evictAfter.load(std::memory_order_relaxed) != 0;
    before = row;
    row = page.row.load(std::memory_order_acquire);  // [U1] pairs with [J1] [K1] [L1]
    if (before != row) continue;
    // The commit of one that may be evicted counts once its row says so.
    upstream.committed = mayBeEvicted ? word.committedUpTo(cursor) : cursor;
  }
  const RowWord word{row};
  if (word.generation() != upstream.key.generation || !word.gates())
    upstream.gone = word.state() == RowState::evicted ? Ended::peerDied : Ended::peerLeft;
}

Sequence ConsumerSeat::upstreamCommitted() noexcept {
  bool first = true;
  Sequence low = initialSequence<Sequence>;
  for (Upstream& upstream : upstream_) {
    look(upstream);
    low = first ? upstream.committed : lower(low, upstream.committed);
    first = false;
  }
  return low;
}

Ended ConsumerSeat::waitForUpstream(Sequence target, const WaitLimit& limit,
                                    const WaitStrategy& strategy) {
  for (Upstream& upstream : upstream_) {
    const auto isReached = [&] {
      look(upstream);
      return reached(upstream.committed, target);
    };
    PeerWatch watch(*this, target, &upstream);
    const auto barrier = barrierOf(view(), upstream.key.row);
    const Ended ended = Waiting(barrier.bell(), target, isReached, watch).wait(strategy, limit);
    if (ended != Ended::no) return ended;
  }
  return Ended::no;
}

}  // namespace sluice
