// What the supervisor finds when everybody has gone, or nobody moves.
#include <fmt/format.h>

#include <string>

#include "inspect/look.hpp"
#include "supervisor.hpp"

namespace sluice::soak {
namespace {

detail::SegmentPath pathOf(const Round& round) {
  return {std::string(defaultDirectory), round.segment};
}

std::string describe(const inspect::Snapshot& snapshot) {
  std::string text;
  for (const inspect::Finding& finding : snapshot.findings)
    text += "\n  " + finding.text;
  if (!snapshot.producer) return text;
  const inspect::Stream& stream = snapshot.producer->stream;
  text += fmt::format("\n  cursor {}, published {}, claimed {}, limit {}", stream.cursor,
                      stream.published, stream.claimed, stream.limit);
  for (const inspect::ConsumerFacts& consumer : snapshot.consumers)
    text +=
        fmt::format("\n  {}: committed {}, {}{}", inspect::describe(consumer), consumer.cursor,
                    consumer.alive ? "alive" : "dead", consumer.rowWord.gates() ? ", gates" : "");
  return text;
}

}  // namespace

void Supervisor::closeBooks() {
  if (board_->producer.closed.get() == 0) fault("no producer closed the stream");
  const std::uint64_t published = checkSegment();
  checkLedgers(published);
}

/// How many records the segment says there were.
std::uint64_t Supervisor::checkSegment() {
  const auto snapshot = inspect::look(pathOf(round_));
  if (!snapshot || !snapshot->producer) {
    fault("the segment cannot be looked at in the end");
    return 0;
  }
  if (!snapshot->healthy()) fault("the segment is not healthy in the end:" + describe(*snapshot));
  if (snapshot->producer->alive) fault("the producer's lease is still held");
  if (snapshot->producer->state != detail::ProducerState::closed) fault("the stream is not closed");
  for (const inspect::ConsumerFacts& consumer : snapshot->consumers) {
    if (consumer.alive || consumer.rowWord.gates())
      fault("a row is not given back:" + describe(*snapshot));
  }
  return snapshot->producer->stream.published + 1;
}

void Supervisor::checkLedgers(std::uint64_t published) {
  if (board_->producer.published.get() != published)
    fault(fmt::format("{} records were published, the segment says {}",
                      board_->producer.published.get(), published));
  for (std::size_t place = 0; place < workers_.size(); ++place) {
    if (workers_[place].role().kind != Role::Kind::consumer) continue;
    const ConsumerLedger& ledger = board_->consumers[place];
    if (ledger.committed.get() != published)
      fault(fmt::format("{} accounts for the records up to {} of {}", workers_[place].describe(),
                        ledger.committed.get(), published));
  }
}

void Supervisor::describeHang() {
  const auto snapshot = inspect::look(pathOf(round_));
  if (snapshot) report_.fault("what can be seen:" + describe(*snapshot));
}

}  // namespace sluice::soak
