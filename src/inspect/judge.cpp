#include "inspect/judge.hpp"

#include <algorithm>

#include "format/holding_up.hpp"

namespace sluice::inspect {
namespace {

using detail::ProducerState;
using detail::RowState;
using std::to_string;

void fault(Snapshot& snapshot, std::string text) {
  snapshot.findings.push_back({Severity::fault, std::move(text)});
}

void note(Snapshot& snapshot, std::string text) {
  snapshot.findings.push_back({Severity::note, std::move(text)});
}

std::string inWords(const Snapshot& snapshot, Sequence sequence) {
  return sequence == snapshot.beforeFirst() ? "nothing" : to_string(sequence);
}

/// Of a time in the segment; empty for never, and where the clock is another boot's.
std::string sinceThen(const Snapshot& snapshot, std::uint64_t at) {
  if (at == 0 || !snapshot.sameBoot || at > snapshot.readAt) return "";
  return " " + durationInWords(snapshot.readAt - at) + " ago";
}

/// True when `to` is ahead of `from` by more than `most`.
bool isAheadByMoreThan(Sequence from, Sequence to, std::uint64_t most) noexcept {
  return distance(from, to) > 0 && to - from > most;
}

void judgeStream(Snapshot& snapshot, const Stream& later) {
  const Stream& stream = snapshot.producer->stream;
  const std::uint64_t capacity = snapshot.geometry->capacity;
  if (distance(stream.cursor, later.claimed) < 0)
    fault(snapshot, "the cursor (" + inWords(snapshot, stream.cursor) +
                        ") is ahead of what was claimed (" + inWords(snapshot, later.claimed) +
                        "): the producer's page is damaged");
  if (isAheadByMoreThan(later.published, stream.claimed, capacity))
    fault(snapshot, "claimed (" + inWords(snapshot, stream.claimed) + ") is more than the ring's " +
                        to_string(capacity) + " records ahead of what is published (" +
                        inWords(snapshot, later.published) + "): the producer's page is damaged");
  if (distance(stream.claimed, later.limit) < 0)
    fault(snapshot, "claimed (" + inWords(snapshot, stream.claimed) + ") is ahead of the limit (" +
                        inWords(snapshot, later.limit) + "): the producer's page is damaged");
  if (isAheadByMoreThan(later.claimed, stream.limit, capacity))
    fault(snapshot, "the limit (" + inWords(snapshot, stream.limit) + ") is more than the ring's " +
                        to_string(capacity) + " records ahead of what was claimed (" +
                        inWords(snapshot, later.claimed) + "): the producer's page is damaged");
}

void judgeProducer(Snapshot& snapshot) {
  const ProducerFacts& producer = *snapshot.producer;
  const std::string who = detail::describe(producer.process);
  switch (producer.state) {
    case ProducerState::live:
      if (producer.stopped)
        note(snapshot, "the producer (" + who +
                           ") is stopped by a signal or a debugger: it publishes nothing, and no "
                           "other may go on in its place");
      if (!producer.alive)
        fault(snapshot, "the producer (" + who + ") died without leaving; another may go on");
      break;
    case ProducerState::left:
      note(snapshot, "the producer (" + who + ") has left" + sinceThen(snapshot, producer.endedAt) +
                         "; another may go on");
      break;
    case ProducerState::closed:
      note(snapshot, "the stream was closed by its producer (" + who + ")" +
                         sinceThen(snapshot, producer.endedAt));
      break;
    default:
      fault(snapshot, "the producer's state is " +
                          to_string(static_cast<std::uint32_t>(producer.state)) +
                          ", which means nothing: its page is damaged");
  }
  if (producer.term == 0) fault(snapshot, "the producer's term is 0: its page is damaged");
}

void judgePlace(Snapshot& snapshot, const ConsumerFacts& consumer, const Stream& later) {
  const Stream& stream = snapshot.producer->stream;
  const std::uint64_t capacity = snapshot.geometry->capacity;
  const std::string who = describe(consumer);
  if (distance(later.published, consumer.cursor) > 0)
    fault(snapshot, who + " has committed " + inWords(snapshot, consumer.cursor) + ", ahead of " +
                        inWords(snapshot, later.published) +
                        ", which is all that is published: its page is damaged");
  else if (isAheadByMoreThan(consumer.cursor, stream.claimed, capacity))
    fault(snapshot, who + " is " + to_string(stream.claimed - consumer.cursor) +
                        " records behind what was claimed, more than the ring's " +
                        to_string(capacity) + ": records it has not read are overwritten");
  else if (isAheadByMoreThan(consumer.cursor, stream.limit, capacity))
    fault(snapshot, "the limit (" + inWords(snapshot, stream.limit) +
                        ") lets the producer overwrite what " + who + " has not read");
}

void judgeRow(Snapshot& snapshot, const ConsumerFacts& consumer) {
  const std::string who = describe(consumer);
  if (consumer.rowWord.state() > RowState::evicted) {
    fault(snapshot, who + " has state " +
                        to_string(static_cast<std::uint32_t>(consumer.rowWord.state())) +
                        ", which means nothing: its page is damaged");
    return;
  }
  if (consumer.onDeath != OnDeath::release && consumer.onDeath != OnDeath::hold)
    fault(snapshot, who + " has policy " + to_string(static_cast<std::uint32_t>(consumer.onDeath)) +
                        " on death, which means nothing: its page is damaged");
  if (consumer.name.size() == sizeof(detail::ConsumerPage::name))
    fault(snapshot, who + " has a name that does not end: its page is damaged");
  for (const UpstreamRow& upstream : consumer.upstream) {
    if (upstream.row < snapshot.geometry->consumerRows && upstream.row != consumer.row) continue;
    fault(snapshot, who + " runs after row " + to_string(upstream.row) +
                        ", which cannot be: its page is damaged");
  }
  if (consumer.stopped)
    note(snapshot, who + " is stopped by a signal or a debugger: it commits nothing");
  if (consumer.lost)
    note(snapshot, who + " was evicted" + sinceThen(snapshot, consumer.evictedAt) +
                       (consumer.alive ? ": " : ", and is gone: ") +
                       to_string(consumer.lost->count) + " records are lost to it so far, from " +
                       inWords(snapshot, consumer.lost->first) + " on");
  if (consumer.alive || consumer.rowWord.state() != RowState::live) return;
  if (consumer.onDeath == OnDeath::hold)
    note(snapshot,
         who + " is gone; its row is held for a successor of its name and gates the ring");
  else
    note(snapshot, who + " is gone; the producer goes on without it once the ring is full");
}

/// The rows of a snapshot, as holdingUp() looks at them.
class SeenRows {
 public:
  explicit SeenRows(const Snapshot& snapshot) noexcept : consumers_(snapshot.consumers) {}

  const ConsumerFacts* find(std::uint32_t row) const noexcept {
    const auto found = std::find_if(consumers_.begin(), consumers_.end(),
                                    [row](const ConsumerFacts& facts) { return facts.row == row; });
    return found == consumers_.end() ? nullptr : &*found;
  }
  detail::UpstreamValue upstream(std::uint32_t row, std::uint32_t index) const noexcept {
    const auto& upstream = find(row)->upstream;
    if (index >= upstream.size()) return {0};
    return detail::UpstreamValue::of(upstream[index].row, upstream[index].generation);
  }
  bool gates(const detail::UpstreamValue& value) const noexcept {
    const ConsumerFacts* const facts = find(value.row());
    return facts != nullptr && facts->rowWord.gates() &&
           facts->rowWord.generation() == value.generation();
  }
  Sequence committed(std::uint32_t row) const noexcept {
    const ConsumerFacts& facts = *find(row);
    return facts.evictAfter != 0 ? facts.rowWord.committedUpTo(facts.cursor) : facts.cursor;
  }

 private:
  const std::vector<ConsumerFacts>& consumers_;
};

/// The consumer that the producer waits for, if it waits for one: by the producer's own rule.
const ConsumerFacts* holdingUp(const Snapshot& snapshot) noexcept {
  if (snapshot.slowest.empty()) return nullptr;
  const SeenRows rows(snapshot);
  return rows.find(detail::holdingUp(rows, snapshot.slowest.front()));
}

/// Of messages: how much the next one may need is not known, so that little is left is what can be
/// said.
void judgePayload(Snapshot& snapshot, const ConsumerFacts& slowest) {
  const std::uint64_t size = snapshot.geometry->payloadSize;
  const std::uint64_t left = size - std::min(size, slowest.payloadLag);
  if (left >= size / 8 || size == 0) return;
  note(snapshot, "the payload region has " + to_string(left) + " of " + to_string(size) +
                     " bytes left: a longer message waits for " + describe(slowest));
}

void judgeGate(Snapshot& snapshot) {
  if (snapshot.producer->state != ProducerState::live) return;
  const ConsumerFacts* const slowest = holdingUp(snapshot);
  if (slowest == nullptr) return;
  if (slowest->lag < snapshot.geometry->capacity) return judgePayload(snapshot, *slowest);
  snapshot.waitedFor = slowest->row;
  note(snapshot, "the ring is full: the producer waits for " + describe(*slowest));
}

}  // namespace

std::vector<std::uint32_t> slowestOf(const std::vector<ConsumerFacts>& consumers) {
  std::vector<std::uint32_t> rows;
  Sequence lowest = 0;
  for (const ConsumerFacts& consumer : consumers) {
    if (!consumer.rowWord.gates()) continue;
    if (!rows.empty() && distance(lowest, consumer.cursor) > 0) continue;
    if (rows.empty() || consumer.cursor != lowest) rows.clear();
    lowest = consumer.cursor;
    rows.push_back(consumer.row);
  }
  return rows;
}

void judge(Snapshot& snapshot, const Stream& later) {
  judgeStream(snapshot, later);
  judgeProducer(snapshot);
  for (const ConsumerFacts& consumer : snapshot.consumers) {
    judgeRow(snapshot, consumer);
    if (consumer.rowWord.gates() && !consumer.isJoining()) judgePlace(snapshot, consumer, later);
  }
  judgeGate(snapshot);
}

}  // namespace sluice::inspect
