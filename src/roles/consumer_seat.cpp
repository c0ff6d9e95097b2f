#include "sluice/roles/consumer_seat.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "sluice/platform/identity.hpp"
#include "sluice/roles/opening.hpp"

namespace sluice {
namespace {

using layout::ProducerState;
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
  return {};
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
  seat->join(options);
  return seat;
}

ConsumerSeat::ConsumerSeat(Participant participant, const ConsumerOptions& options)
    : participant_(std::move(participant)),
      producer_(producerBarrier(participant_.view())),
      withoutProducer_(options.withoutProducer) {}

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

void ConsumerSeat::join(const ConsumerOptions& options) {
  const auto order = std::memory_order_relaxed;
  const auto process = platform::currentProcess();
  const layout::ProducerPage& producer = view().producer();
  layout::ConsumerPage& own = page();
  const std::uint64_t capacity = view().geometry().capacity;

  own.identity.pid.store(process.pid, order);
  own.identity.startTime.store(process.startTime, order);
  own.identity.pidNamespace.store(process.pidNamespace, order);
  own.name.fill('\0');
  std::copy(options.name.begin(), options.name.end(), own.name.begin());
  for (auto& entry : own.upstream)
    entry.store(0, order);
  for (std::size_t i = 0; i < upstream_.size(); ++i) {
    const ConsumerKey key = upstream_[i].key;
    own.upstream[i].store(std::uint64_t{key.generation} << 32 | (key.row + 1), order);
  }
  own.asleepFor.store(0, order);
  own.onDeath.store(layout::OnDeath::release, order);
  own.evictAfter.store(0, order);

  // A cursor that is surely low enough, so that the row may be seen at any moment from here on.
  const Sequence shown = producer.cursor.sequence.load(std::memory_order_acquire);
  own.joinedAt.store(shown + 1, order);
  own.cursor.sequence.store(shown - capacity, std::memory_order_release);  // [J1] pairs with [C1]
  std::uint64_t before = own.row.load(order);
  do {
    rowWord_ = RowWord::of(RowWord{before}.generation() + 1, RowState::live).word;
  } while (!own.row.compare_exchange_weak(before, rowWord_, std::memory_order_acq_rel,
                                          order));  // [J1] pairs with [C1]
  announceRowChange(view(), row());
  platform::fullFence();                                       // [J3] pairs with [C3]
  const Sequence limit = producer.limit.sequence.load(order);  // [J4] pairs with [C2]
  const Sequence published =
      producer.cursor.sequence.load(std::memory_order_acquire);  // [J4] pairs with [P1]
  start_ = options.startAt == StartAt::latest ? published : beforeOldestWhole(limit, capacity);
  own.joinedAt.store(start_ + 1, order);
  own.cursor.sequence.store(start_, std::memory_order_release);  // [J5] pairs with [C1]
  barrierOf(view(), row()).ring();
}

void ConsumerSeat::leave() noexcept {
  std::uint64_t mine = rowWord_;
  const std::uint64_t freed = RowWord::of(RowWord{mine}.generation(), RowState::free).word;
  page().asleepFor.store(0, std::memory_order_relaxed);
  // An exempted row is not the owner's to free twice; either way nobody is gated from here on.
  while (!page().row.compare_exchange_weak(mine, freed, std::memory_order_acq_rel,
                                           std::memory_order_relaxed)) {  // [L1] pairs with [C1]
    if (RowWord{mine}.generation() != RowWord{rowWord_}.generation()) return;
  }
  announceRowChange(view(), row());
}

void ConsumerSeat::look(Upstream& upstream) noexcept {
  if (upstream.gone != Ended::no) return;
  const layout::ConsumerPage& page = view().consumer(upstream.key.row);
  const Sequence cursor =
      page.cursor.sequence.load(std::memory_order_acquire);      // [U1] pairs with [P1]
  const RowWord word{page.row.load(std::memory_order_acquire)};  // [U1] pairs with [J1] [L1]
  // A row that changed hands says nothing of the one that had it.
  if (word.generation() == upstream.key.generation) upstream.committed = cursor;
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

const std::atomic<std::uint32_t>* ConsumerSeat::PeerWatch::lifeline() const noexcept {
  const std::uint32_t participant = upstream_ == nullptr
                                        ? layout::producerParticipant
                                        : layout::consumerParticipant(upstream_->key.row);
  return &seat_.view().lifeline(participant).word;
}

Ended ConsumerSeat::PeerWatch::ended(bool sliceOver) const {
  if (seat_.isEvicted()) return Ended::evicted;
  const Ended producer = producerEnded(sliceOver);
  if (upstream_ == nullptr) return producer;

  // What the producer left behind still comes, once those before have read it.
  const Sequence published =
      seat_.view().producer().cursor.sequence.load(std::memory_order_acquire);
  if (producer != Ended::no && !reached(published, target_)) return producer;
  if (upstream_->gone != Ended::no) return upstream_->gone;
  const std::uint32_t peer = layout::consumerParticipant(upstream_->key.row);
  return sliceOver && !seat_.participant_.isAlive(peer) ? Ended::peerDied : Ended::no;
}

Ended ConsumerSeat::PeerWatch::producerEnded(bool sliceOver) const {
  const layout::ProducerPage& page = seat_.view().producer();
  const auto state = page.state.load(std::memory_order_acquire);  // [E1] pairs with [E0]
  if (state == ProducerState::closed) return Ended::closed;
  if (seat_.withoutProducer_ == WithoutProducer::stay) return Ended::no;
  if (state == ProducerState::left) return Ended::peerLeft;
  if (!sliceOver || seat_.participant_.isAlive(layout::producerParticipant)) return Ended::no;
  // It may have left in order between the two looks.
  switch (page.state.load(std::memory_order_acquire)) {  // [E1] pairs with [E0]
    case ProducerState::closed:
      return Ended::closed;
    case ProducerState::left:
      return Ended::peerLeft;
    default:
      return Ended::peerDied;
  }
}

void ConsumerSeat::PeerWatch::asleep() const noexcept {
  layout::ConsumerPage& own = seat_.page();
  own.asleepFor.store(target_ + 1, std::memory_order_relaxed);
  own.sleeps.fetch_add(1, std::memory_order_relaxed);
}

void ConsumerSeat::PeerWatch::awake() const noexcept {
  seat_.page().asleepFor.store(0, std::memory_order_relaxed);
}

}  // namespace sluice
