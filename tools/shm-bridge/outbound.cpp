#include "outbound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "refusal.hpp"
#include "sluice/error.hpp"

namespace shm_bridge {

using namespace std::chrono_literals;
using sluice::Sequence;
using sluice::Status;

namespace {

constexpr auto longestSilence = 10s;
constexpr std::size_t mostMessages = 256;

/// Somebody else wrote to the stream, or an acknowledgement was lost: the stream's end tells.
class OutOfStep : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::optional<RingEnd> endOf(Status status) {
  if (status == Status::closed) return RingEnd::closed;
  if (status == Status::peerLeft || status == Status::peerDied) return RingEnd::left;
  return std::nullopt;
}

std::size_t sizeOf(const Headers& headers) {
  std::size_t size = 100;  // the first line, and what is expected
  for (const auto& [name, value] : headers)
    size += name.size() + value.size() + 4;
  return size;
}

}  // namespace

Outbound::Outbound(const OutOptions& options, const ServerOptions& servers, Wakeup& wakeup,
                   Progress& progress)
    : options_(options),
      servers_(servers),
      wakeup_(wakeup),
      progress_(progress),
      patience_(wakeup),
      window_({mostMessages, options.inFlightBytes}) {}

/// False when the bridge is asked to end before the ring is there.
bool Outbound::attach(const sluice::WaitLimit& limit, sluice::AttachTo to) {
  sluice::ConsumerOptions consumer = options_.consumer;
  consumer.attachTo = to;
  ring_.reset();
  end_.reset();
  for (;;) {
    consumer.appearWithin = sluice::WaitLimit(limit.deadline(), wakeup_.token());
    auto ring = SourceRing::attach(options_.ring, consumer);
    if (wakeup_.isEndRequested()) return false;
    if (!ring && ring.error().code == sluice::ErrorCode::stopped) continue;
    ring_ = std::move(ring).value();
    return true;
  }
}

std::optional<RingEnd> Outbound::run() try { return carryRings(); } catch (const Refusal&) {
  resignUnused();
  throw;
}

/// A bridge that was never of use holds up no producer.
void Outbound::resignUnused() {
  if (ring_ != nullptr && ring_->isNew() && !hasStored_) ring_->resign();
}

std::optional<RingEnd> Outbound::carryRings() {
  const auto within = sluice::WaitLimit(options_.within).started();
  bool isThere = attach(within, sluice::AttachTo::anySegment);
  permissions_ = {options_.followNewRing, options_.resume, options_.resumeAt};
  while (isThere) {
    const Outcome outcome = carryOnce();
    if (outcome == Outcome::endRequested) return std::nullopt;
    if (outcome == Outcome::evicted) {
      say("this bridge was evicted from the ring, and joins it again");
      isThere = attach(within, sluice::AttachTo::anySegment);
      permissions_ = {};
      continue;
    }
    if (!options_.followNewRing) return end_;
    say("the ring has ended; waiting for a new one of its name");
    hasStored_ = false;
    isThere = attach({}, sluice::AttachTo::livingProducer);
    permissions_ = {.followNewRing = true};
  }
  return std::nullopt;
}

Outbound::Outcome Outbound::carryOnce() {
  for (;;) {
    std::string reason;
    try {
      Session session(servers_, options_, wakeup_);
      add(progress_.connections, 1);
      session.subject = session.stream.lookOrCreate(options_.settings, mayCreate_).subject;
      mayCreate_ = false;
      patience_.end(fmt::format("connected to {}", session.connection.url()));
      set(progress_.isConnected, true);
      return carry(session);
    } catch (const Unavailable& error) {
      reason = error.what();
    }
    set(progress_.isConnected, false);
    if (!patience_.wait(reason)) return Outcome::endRequested;
  }
}

Outbound::Outcome Outbound::carry(Session& session) {
  for (;;) {
    try {
      if (!continueStream(session)) return Outcome::ringEnded;
      for (;;)
        if (const auto outcome = step(session)) return *outcome;
    } catch (const OutOfStep&) {
      session.acknowledgements.forget();
    }
  }
}

/// False when the stream has all of the ring.
bool Outbound::continueStream(Session& session) {
  const StreamEnd end = session.stream.end(options_.skipForeign);
  const Continuation at = continuationOf(end, ring_->id(), options_.consumer.name, permissions_);
  if (at.next && *at.next > ring_->unpublished())
    throw Refusal(fmt::format("stream {}: found record {} in it, and the ring ends before {}",
                              end.stream, *at.next - 1, ring_->unpublished()));
  permissions_ = {};
  hasStored_ = hasStored_ || at.next;
  part_ = at.part;
  end_ = at.end;
  window_.begin(at.streamLast);
  acknowledgedAt_ = Clock::now();
  ring_->moveTo(at.next.value_or(ring_->uncommitted()));
  if (at.next) ring_->commitUpTo(*at.next - 1);
  expected_ = at.next.value_or(ring_->next());
  BatchHead head{ring_->id(), options_.consumer.name, ~std::uint64_t{0}, 0,
                 0,           RingEnd::closed,        ring_->schema()};
  const std::size_t heads = sizeOf(encoder_.encode(head)) + 60;
  const std::size_t longest = session.connection.longestMessage();
  const std::size_t limit = longest > heads ? longest - heads : 0;
  session.batch = PayloadWriter(std::min(options_.batchBytes, limit), limit);
  session.isEndSent = false;
  return !end_;
}

std::optional<Outbound::Outcome> Outbound::step(Session& session) {
  const std::stop_token token = wakeup_.token();
  session.connection.check();
  if (!takeAcknowledgements(session)) return Outcome::evicted;
  if (wakeup_.isEndRequested()) return finish(session);
  if (session.isEndSent) {
    if (window_.isIdle()) return Outcome::ringEnded;
    wait(session, token);
    return std::nullopt;
  }
  const Status status = window_.hasRoom() ? collect(session) : Status::timedOut;
  if (status == Status::evicted) return Outcome::evicted;
  if (isDue(session, status)) {
    if (!mayBeSent()) return Outcome::evicted;
    end_ = endOf(status);
    send(session, end_);
    return std::nullopt;
  }
  wait(session, token);
  return std::nullopt;
}

/// What is collected goes out, and is acknowledged if that does not take long.
Outbound::Outcome Outbound::finish(Session& session) {
  if (!session.batch.isEmpty()) {
    if (!mayBeSent()) return Outcome::endRequested;
    send(session, std::nullopt);
  }
  const auto deadline = Clock::now() + 2s;
  while (!window_.isIdle() && Clock::now() < deadline && takeAcknowledgements(session))
    std::this_thread::sleep_for(1ms);
  return Outcome::endRequested;
}

/// Status::ok when the batch takes no more.
Status Outbound::collect(Session& session) {
  if (session.batch.isEmpty())
    beginBatch(session);
  else if (ring_->next() != expected_)
    return Status::ok;  // where records are missing, a batch ends
  const Status status = ring_->add(session.batch);
  if (!session.batch.isEmpty())
    expected_ = session.batchFirst + session.batch.count();
  else if (status == Status::ok)
    throw Refusal(fmt::format(
        "{} {} has {} bytes, which is more than a message of NATS may have: raise max_payload of "
        "the servers, and max_msg_size of the stream if it has one",
        ring_->schema()->hasMessages() ? "message" : "record", ring_->next(), ring_->nextSize()));
  return status;
}

void Outbound::beginBatch(Session& session) {
  session.batchFirst = ring_->next();
  session.batchBegunAt = Clock::now();
  if (session.batchFirst == expected_) return;
  say(fmt::format("records {} to {} are lost: they are no longer in the ring", expected_,
                  session.batchFirst - 1));
  add(progress_.lost, session.batchFirst - expected_);
  expected_ = session.batchFirst;
  part_ = window_.expected() + 1;
}

bool Outbound::isDue(const Session& session, Status status) const {
  if (!window_.hasRoom()) return false;
  if (endOf(status)) return true;
  if (session.batch.isEmpty()) return false;
  if (status == Status::ok) return true;
  const bool hasWaited = Clock::now() - session.batchBegunAt >= options_.delay;
  return hasWaited && (window_.isIdle() || options_.delay > 0ms);
}

/// An evicted consumer may have read what was being overwritten.
bool Outbound::mayBeSent() {
  return options_.consumer.evictAfter == 0ns ||
         ring_->commitUpTo(ring_->uncommitted() - 1) == Status::ok;
}

void Outbound::send(Session& session, std::optional<RingEnd> end) {
  if (session.batch.isEmpty()) session.batchFirst = expected_;
  const BatchHead head{ring_->id(),        options_.consumer.name, part_,
                       session.batchFirst, session.batch.count(),  end,
                       ring_->schema()};
  const auto bytes = session.batch.bytes();
  NatsHandle<natsMsg> message;
  natsStatus status = make(message, [&](natsMsg** made) {
    return natsMsg_Create(made, session.subject.c_str(), session.acknowledgements.subject(),
                          reinterpret_cast<const char*>(bytes.data()),
                          static_cast<int>(bytes.size()));
  });
  for (const auto& [name, value] : encoder_.encode(head))
    if (status == NATS_OK) status = natsMsgHeader_Set(message.get(), name.c_str(), value.c_str());
  if (status == NATS_OK)
    status = natsMsgHeader_Set(message.get(), "Nats-Expected-Last-Sequence",
                               std::to_string(window_.expected()).c_str());
  if (status == NATS_OK)
    status = natsConnection_PublishMsg(session.connection.get(), message.get());
  if (status == NATS_MAX_PAYLOAD) throw Refusal("publishing: " + natsErrorText(status));
  if (status != NATS_OK) throw Unavailable("publishing: " + natsErrorText(status));
  if (window_.isIdle()) acknowledgedAt_ = Clock::now();
  window_.add(head.next(), bytes.size());
  add(progress_.messages, 1);
  add(progress_.bytes, bytes.size());
  session.isEndSent = end.has_value();
  session.batch.clear();
}

/// False when this bridge was evicted.
bool Outbound::takeAcknowledgements(Session& session) {
  const auto news = session.acknowledgements.take();
  if (news.stored != 0) {
    const auto stored = window_.store(news.stored);
    if (!stored.isOurs) throw OutOfStep("an acknowledgement is of no message of ours");
    if (stored.next) {
      acknowledgedAt_ = Clock::now();
      hasStored_ = true;
      const Sequence before = ring_->uncommitted();
      const bool counts = ring_->commitUpTo(*stored.next - 1) == Status::ok;
      add(progress_.records, ring_->uncommitted() - before);
      if (!counts) return false;
    }
  }
  if (news.refused) {
    const Acknowledgement& refused = *news.refused;
    if (refused.error == JSStreamWrongLastSequenceErr) throw OutOfStep(refused.text);
    const std::string text = fmt::format("stream {} does not store: {} ({})", options_.stream,
                                         refused.text, refused.error);
    if (refused.error == JSStreamMessageExceedsMaximumErr)
      throw Refusal(text + "; raise max_msg_size of the stream, or lower --batch");
    throw Unavailable(text);
  }
  if (!window_.isIdle() && Clock::now() - acknowledgedAt_ > longestSilence)
    throw Unavailable("nothing was acknowledged for 10 s");
  return true;
}

void Outbound::wait(Session& session, const std::stop_token& token) {
  const Clock::time_point until = waitUntil(session);
  set(progress_.behind, ring_->unpublished() - ring_->uncommitted());
  if (!window_.hasRoom() || session.isEndSent)
    wakeup_.sleep(until, token);
  else
    static_cast<void>(ring_->wait(sluice::WaitLimit(until, token)));
}

Outbound::Clock::time_point Outbound::waitUntil(const Session& session) const {
  Clock::time_point until = Clock::time_point::max();
  if (!window_.isIdle()) until = acknowledgedAt_ + longestSilence + 1ms;
  if (!session.batch.isEmpty() && options_.delay > 0ms)
    until = std::min(until, session.batchBegunAt + options_.delay);
  return until;
}

}  // namespace shm_bridge
