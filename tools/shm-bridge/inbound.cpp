#include "inbound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "payload.hpp"
#include "refusal.hpp"
#include "sluice/error.hpp"
#include "stream_search.hpp"

namespace shm_bridge {

using namespace std::chrono_literals;
using sluice::Sequence;
using sluice::Status;

namespace {

std::span<const std::byte> payloadOf(natsMsg* message) {
  return std::as_bytes(std::span(natsMsg_GetData(message),
                                 static_cast<std::size_t>(natsMsg_GetDataLength(message))));
}

}  // namespace

Inbound::Inbound(const InOptions& options, const ServerOptions& servers, Wakeup& wakeup,
                 Progress& progress)
    : options_(options),
      servers_(servers),
      wakeup_(wakeup),
      progress_(progress),
      patience_(wakeup),
      notePath_(MirrorNote::pathOf(options.producer.directory, options.ring)),
      begunAt_(std::chrono::steady_clock::now()) {}

std::optional<RingEnd> Inbound::run() {
  findMirror();
  for (;;) {
    std::string reason;
    try {
      const Connection connection(servers_, wakeup_);
      add(progress_.connections, 1);
      set(progress_.isConnected, true);
      if (!carry(connection)) return end_;
    } catch (const Unavailable& error) {
      reason = error.what();
    }
    set(progress_.isConnected, false);
    if (!patience_.wait(reason)) return std::nullopt;
  }
}

/// What an earlier life of this bridge has left.
void Inbound::findMirror() {
  const auto found = findRing(options_.ring, options_.producer.directory);
  if (!found) return;
  const auto note = MirrorNote::read(notePath_);
  if (!note || !note->isOf(found->id))
    throw Refusal(
        fmt::format("ring {} is there and is none that shm-bridge made; remove it, or "
                    "give the mirror ring another name",
                    options_.ring));
  if (note->stream != options_.stream)
    throw Refusal(
        fmt::format("ring {} holds records of stream {}, and not of {}; remove it, or "
                    "give the mirror ring another name",
                    options_.ring, note->stream, options_.stream));
  const bool isReplaced = note->replaces == found->id;
  position_ = {note->ring, note->part, isReplaced ? note->first : found->next};
  if (found->isClosed)
    closedRing_ = found->id;
  else
    openRing(found->hasMessages);
}

void Inbound::openRing(bool hasMessages) {
  auto ring = MirrorRing::open(options_.ring,
                               {.directory = options_.producer.directory,
                                .takeOverWithin = sluice::WaitLimit(2s, wakeup_.token())},
                               hasMessages);
  const bool isTaken = !ring && (ring.error().code == sluice::ErrorCode::timedOut ||
                                 ring.error().code == sluice::ErrorCode::inUse);
  if (isTaken) throw Refusal(ring.error().message() + "; it may be another shm-bridge in");
  ring_ = std::move(ring).value();
  isOpened_ = true;
  position_->next = ring_->next();
}

/// Of another record the bytes would be read and written where there are none.
void Inbound::checkRecords(const Schema& expected) {
  if (!std::exchange(isOpened_, false)) return;
  const Schema found = ring_->records();
  if (found.isOfSameRecords(expected)) return;
  throw Refusal(
      fmt::format("ring {}: found {}, expected {}, which is what stream {} carries; remove it, or "
                  "give the mirror ring another name",
                  options_.ring, found.words(), expected.words(), options_.stream));
}

/// False when the bridge is done.
bool Inbound::carry(const Connection& connection) {
  const Stream stream(connection, options_.stream);
  const std::uint64_t start = startOf(stream);
  if (wakeup_.isEndRequested()) return false;
  Delivery delivery(connection, options_.stream, start);
  patience_.end(fmt::format("connected to {}", connection.url()));
  while (!wakeup_.isEndRequested()) {
    const auto message = delivery.next(500ms, wakeup_.token());
    if (!message) continue;
    set(progress_.behind, message->pending);
    if (!handle(*message)) return false;
  }
  return false;
}

/// Asks the stream and the mirror ring each time: a server that lost its power may have stored
/// other batches since, under sequences that were read before.
std::uint64_t Inbound::startOf(const Stream& stream) {
  const auto facts = stream.look();
  if (!facts) {
    const std::string text = fmt::format("stream {}: there is none", options_.stream);
    if (std::chrono::steady_clock::now() - begunAt_ < options_.within) throw Unavailable(text);
    throw Refusal(text + "; `shm-bridge out` makes it, and --within waits for it");
  }
  if (!position_) return startOfFresh(stream, *facts);
  const StreamEnd end = stream.end(options_.skipForeign);
  const bool isAnew = end.last == StreamEnd::Last::batch && end.head.ring != position_->ring &&
                      end.head.part <= position_->part;
  if (isAnew)
    throw Refusal(fmt::format(
        "stream {}: it ends with ring {}, part {}, before ring {}, part {}, which the mirror ring "
        "holds: it was made anew; remove the mirror ring with shm-rm, and begin with --from",
        options_.stream, inHex(end.head.ring), end.head.part, inHex(position_->ring),
        position_->part));
  return firstWanted(stream, *facts,
                     [this](const BatchHead& head) { return isNews(head, *position_); });
}

std::uint64_t Inbound::startOfFresh(const Stream& stream, const StreamFacts& facts) {
  const std::uint64_t first = std::max<std::uint64_t>(facts.firstSequence, 1);
  if (options_.from.at == MirrorStart::At::oldest) return first;
  const StreamEnd end = stream.end(options_.skipForeign);
  if (end.last == StreamEnd::Last::unreadable)
    throw unreadable(options_.stream, end.lastSequence, end.fault);
  const bool isEndOpen = end.last == StreamEnd::Last::batch && !end.head.end;
  if (options_.from.at == MirrorStart::At::newest) {
    if (isEndOpen) beginRing(end.head, end.head.next());
    newest_ = std::min(newest_.value_or(facts.lastSequence), facts.lastSequence);
    return *newest_ + 1;
  }
  if (end.last != StreamEnd::Last::batch)
    throw Refusal(
        fmt::format("stream {}: no ring's records are at its end, so --from {} is of "
                    "none; use --from oldest",
                    options_.stream, options_.from.sequence));
  wanted_ = {end.head.ring, 0, options_.from.sequence};
  const std::uint64_t start = firstWanted(stream, facts, [this](const BatchHead& head) {
    return head.ring == wanted_->ring && head.next() > wanted_->next;
  });
  if (start > facts.lastSequence) return start;
  const FoundBatch found = stream.batchAt(start);
  if (found.kind == FoundBatch::Kind::batch && found.head.first > wanted_->next)
    throw Refusal(fmt::format("stream {}: record {} is not in it; the next one is {}",
                              options_.stream, wanted_->next, found.head.first));
  return start;
}

/// False when the bridge is done.
bool Inbound::handle(const Delivery::Message& message) {
  const FoundBatch found = foundIn(message.message.get(), decoder_);
  if (found.kind == FoundBatch::Kind::unreadable)
    throw unreadable(options_.stream, message.streamSequence, found.fault);
  if (found.kind != FoundBatch::Kind::batch) {
    if (options_.skipForeign) return true;
    throw Refusal(
        fmt::format("stream {}: message {} is none of a bridge's ({}): another program "
                    "writes to the stream; --skip-foreign goes on behind it",
                    options_.stream, message.streamSequence, found.fault));
  }
  const auto payload = payloadOf(message.message.get());
  const std::string fault = faultOf(payload, *found.head.schema, found.head.count);
  if (!fault.empty())
    throw Refusal(fmt::format("stream {}: message {} is damaged: {}", options_.stream,
                              message.streamSequence, fault));
  add(progress_.messages, 1);
  add(progress_.bytes, payload.size());
  return take(found.head, payload);
}

bool Inbound::take(const BatchHead& head, std::span<const std::byte> payload) {
  if (!position_ && !beginFresh(head)) return !wakeup_.isEndRequested();
  MirrorStep step = stepOf(head, *position_);
  if (step.kind == MirrorStep::Kind::newRing) {
    const std::string text = fmt::format("ring {} began anew at the source, as {}",
                                         inHex(position_->ring), inHex(head.ring));
    if (!options_.followNewRing)
      throw Refusal(text + "; --new-ring follow goes on with a new mirror ring");
    say(text);
  } else if (step.kind == MirrorStep::Kind::gap) {
    say(
        fmt::format("records {} to {} are lost: they are not in stream {}; a new mirror ring "
                    "begins with record {}",
                    position_->next, head.first - 1, options_.stream, head.first));
    add(progress_.lost, head.first - position_->next);
  }
  if (step.kind != MirrorStep::Kind::take) {
    closeRing();
    if (!beginRing(head, head.first)) return false;
    step.known = 0;
  }
  position_->part = head.part;
  const bool hasNews = step.known < head.count;
  if (hasNews && ring_ == nullptr && !beginRing(head, position_->next)) return false;
  if (hasNews) checkRecords(*head.schema);
  if (hasNews && !append(head, payload, step.known)) return false;
  return !head.end || endRing(*head.end);
}

/// False where the records that are wanted come later, or the bridge is to end.
bool Inbound::beginFresh(const BatchHead& head) {
  const bool isWanted = wanted_ && wanted_->ring == head.ring;
  const Sequence first = isWanted ? std::max(wanted_->next, head.first) : head.first;
  if (head.next() < first || (head.next() == first && !head.end)) return false;
  return beginRing(head, first);
}

/// The mirror ring before it, if there is one, is closed and has the name.
bool Inbound::beginRing(const BatchHead& head, Sequence first) {
  if (!waitForReaders()) return false;
  MirrorNote note{options_.stream, head.ring, head.part, first, closedRing_, std::nullopt};
  note.write(notePath_);
  if (!createRing(head, first)) return false;
  const auto made = findRing(options_.ring, options_.producer.directory);
  if (made && ring_->isNamed()) {
    note.mirror = made->id;
    note.write(notePath_);
  }
  position_ = {head.ring, head.part, first};
  closedRing_.reset();
  return waitForConsumers();
}

bool Inbound::createRing(const BatchHead& head, Sequence first) {
  sluice::ProducerOptions options = options_.producer;
  if (options.capacity == 0) options.capacity = head.schema->capacity;
  options.firstSequence = first;
  options.whenTaken = closedRing_ ? sluice::WhenTaken::replaceClosed : sluice::WhenTaken::fail;
  for (;;) {
    auto ring = MirrorRing::create(options_.ring, options, *head.schema);
    if (ring || ring.error().code != sluice::ErrorCode::inUse) {
      ring_ = std::move(ring).value();
      isOpened_ = false;
      return true;
    }
    if (wakeup_.isEndRequested()) return false;
    pause();
  }
}

/// The source's end, as far as it is known here, is not the stream's; nobody loses what came
/// before.
void Inbound::closeRing() {
  if (closedRing_) return;
  const auto found = findRing(options_.ring, options_.producer.directory);
  if (ring_ == nullptr) {
    if (!found) return;
    openRing(found->hasMessages);
  }
  // A ring whose name was removed has readers yet, and the name is free.
  if (found && ring_->isNamed()) closedRing_ = found->id;
  ring_->close();
  ring_.reset();
}

bool Inbound::waitForReaders() {
  if (!closedRing_) return true;
  auto sayAt = std::chrono::steady_clock::now() + 1s;
  for (;;) {
    const std::string behind = consumersBehind(options_.ring, options_.producer.directory);
    if (behind.empty()) return true;
    if (wakeup_.isEndRequested()) return false;
    if (std::chrono::steady_clock::now() >= sayAt) {
      say(fmt::format("a new mirror ring begins once these have read the one before: {}", behind));
      sayAt += 5s;
    }
    pause();
  }
}

/// What others do to the ring by its name, nothing wakes this process for.
void Inbound::pause() {
  wakeup_.sleep(std::chrono::steady_clock::now() + 20ms, wakeup_.token());
}

bool Inbound::waitForConsumers() {
  const std::vector<std::string_view> names(options_.waitFor.begin(), options_.waitFor.end());
  while (!wakeup_.isEndRequested())
    if (ring_->waitForConsumers(names, wakeup_.token()) == Status::ok) return true;
  return false;
}

bool Inbound::append(const BatchHead& head, std::span<const std::byte> payload,
                     std::uint64_t known) {
  for (;;) {
    const std::stop_token token = wakeup_.token();
    if (wakeup_.isEndRequested()) return false;
    const Status status = ring_->append(payload, known, head.count, token);
    add(progress_.records, ring_->next() - position_->next);
    position_->next = ring_->next();
    if (status == Status::ok) return true;
    if (status != Status::stopped)
      throw Refusal(fmt::format("ring {}: record {} cannot be published: {}", options_.ring,
                                position_->next, nameOf(status)));
    known = position_->next - head.first;
  }
}

/// False when the bridge is done.
bool Inbound::endRing(RingEnd end) {
  if (end == RingEnd::closed) closeRing();
  ring_.reset();
  end_ = end;
  if (!options_.followNewRing) return false;
  say("the source has ended; waiting for a new ring");
  return true;
}

}  // namespace shm_bridge
