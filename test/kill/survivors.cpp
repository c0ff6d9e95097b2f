#include "survivors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "directory.hpp"
#include "inspect/look.hpp"
#include "support/eventually.hpp"

namespace sluice::kill {
namespace {

inspect::Snapshot lookAt(const Place& place) {
  return inspect::look({place.directory, place.segment}, {std::chrono::milliseconds(0)}).value();
}

/// What a dump is to say of a participant that died: which it is, and that it is dead.
bool namesTheDead(const std::string& finding) {
  return finding.find("died without leaving") != std::string::npos ||
         finding.find("is gone but still gates") != std::string::npos;
}

}  // namespace

Survivors::~Survivors() {
  if (claimer_.joinable()) claimer_.join();
}

void Survivors::expect(bool holds, const std::string& otherwise) {
  if (!holds) findings_.push_back(otherwise);
}

void Survivors::create(ProducerOptions options) {
  producer_.emplace(Sender::create(place_.segment, options).value());
}

Reader& Survivors::addReader(const std::string& name) {
  auto consumer = Receiver::attach(place_.segment, consumerOptions(place_, name));
  return readers_.emplace_back(name, std::move(consumer.value()));
}

void Survivors::addObserver() {
  ObserverOptions options;
  options.directory = place_.directory;
  options.startAt = StartAt::oldest;
  options.withoutProducer = WithoutProducer::stay;
  observer_.emplace(Watcher::attach(place_.segment, options).value());
}

void Survivors::addSleeper() {
  ConsumerOptions options = consumerOptions(place_, "sleeper");
  options.withoutProducer = WithoutProducer::end;
  addSleepingReader(sleepers_, options);
}

void Survivors::addStayer() {
  addSleepingReader(stayers_, consumerOptions(place_, "stayer"));
}

void Survivors::addSleepingReader(std::deque<SleepingReader>& to, ConsumerOptions options) {
  to.emplace_back(options.name, Receiver::attach(place_.segment, options).value());
  awaitSleep(options.name);
}

void Survivors::awaitSleep(const std::string& consumer) {
  const auto isAsleep = [&] {
    const auto snapshot = lookAt(place_);
    return std::any_of(
        snapshot.consumers.begin(), snapshot.consumers.end(),
        [&](const auto& facts) { return facts.name == consumer && facts.asleepFor.has_value(); });
  };
  if (!testing::eventually(isAsleep, patience)) findings_.push_back(consumer + " never slept");
}

void Survivors::blockProducer() {
  claimer_ = std::thread([this] {
    auto batch = producer_->claimOne(WaitLimit(patience));
    if (batch) {
      batch.front() = Parcel::of(batch.first());
      claim_ = producer_->publish();
    } else {
      claim_ = batch.status();
    }
  });
  const auto isAsleep = [&] {
    const auto snapshot = lookAt(place_);
    return std::any_of(snapshot.consumers.begin(), snapshot.consumers.end(),
                       [&](const auto& facts) { return facts.doorbell.armed(); });
  };
  if (!testing::eventually(isAsleep, patience)) findings_.push_back("the producer never slept");
}

void Survivors::look(bool deadAllowed) {
  for (const auto& finding : lookAt(place_).findings) {
    if (finding.severity != inspect::Severity::fault) continue;
    if (!deadAllowed || !namesTheDead(finding.text))
      findings_.push_back("shm-dump: " + finding.text);
  }
}

void Survivors::observe() {
  while (observer_) {
    const auto seen = observer_->tryWait();
    if (!seen) return;
    expect(seen.record.isWhole() && seen.record.number == seen.sequence,
           fmt::format("the observer was given a torn record {}", seen.sequence));
    observed_ = seen.sequence;
  }
}

void Survivors::drain() {
  for (Reader& reader : readers_) {
    const Status status = reader.drain();
    expect(status == Status::timedOut || status == Status::closed,
           fmt::format("{} ended with {}", reader.name(), nameOf(status)));
  }
  observe();
}

void Survivors::agreeOn(Sequence end) {
  for (const Reader& reader : readers_)
    expect(reader.last() == end, fmt::format("{} has read up to {}, the stream ends at {}",
                                             reader.name(), reader.last(), end));
  expect(!observer_ || observed_ == end,
         fmt::format("the observer has read up to {}, the stream ends at {}", observed_, end));
}

void Survivors::note(const Findings& findings) {
  findings_.insert(findings_.end(), findings.begin(), findings.end());
}

void Survivors::dismiss(std::deque<SleepingReader>& sleeping,
                        std::initializer_list<Status> expected, Sequence end) {
  for (SleepingReader& sleeper : sleeping) {
    sleeper.join();
    const Reader& reader = sleeper.reader();
    const Status status = sleeper.status();
    expect(std::find(expected.begin(), expected.end(), status) != expected.end(),
           fmt::format("{} learns {}", reader.name(), nameOf(status)));
    expect(reader.last() == end, fmt::format("{} has read up to {}, the stream ended at {}",
                                             reader.name(), reader.last(), end));
    note(reader.findings());
  }
  sleeping.clear();
}

void Survivors::lap(Sender& producer) {
  drain();
  for (std::uint64_t i = 0; i < ringCapacity + 3; ++i) {
    if (isStuck_) return;
    if (!publish(producer, 1)) {
      isStuck_ = true;
      findings_.push_back(
          fmt::format("the producer cannot go on after {}", producer.lastPublished()));
      return;
    }
    if (i % 3 == 0) drain();
  }
  drain();
  agreeOn(producer.lastPublished());
}

void Survivors::takeEveryRow(Sender& producer, const std::string& firstName) {
  const std::size_t before = readers_.size();
  std::string name = firstName;
  for (std::size_t taken = before + sleepers_.size() + stayers_.size(); taken < consumerRows;
       ++taken) {
    auto consumer = Receiver::attach(place_.segment, consumerOptions(place_, name));
    if (!consumer) {
      findings_.push_back(fmt::format("consumer {} of {} is refused: {}", taken + 1, consumerRows,
                                      consumer.error().message()));
      break;
    }
    readers_.emplace_back(name, std::move(*consumer));
    name = fmt::format("newcomer {}", taken);
  }
  auto tooMany = Receiver::attach(place_.segment, consumerOptions(place_, "too many"));
  expect(!tooMany && tooMany.error().code == ErrorCode::full, "more consumers than rows");
  lap(producer);
  while (readers_.size() > before) {
    note(readers_.back().findings());
    readers_.pop_back();
  }
}

void Survivors::goOn(Sender producer, const std::string& firstName) {
  lap(producer);
  takeEveryRow(producer, firstName);
  lap(producer);
  look(false);
  const auto second = Sender::open(place_.segment, openOptions(place_));
  expect(!second && second.error().code == ErrorCode::inUse, "a second producer was accepted");
  producer.close();
  for (Reader& reader : readers_) {
    const Status status = reader.drain();
    expect(status == Status::closed,
           fmt::format("{} learns {} from a close", reader.name(), nameOf(status)));
  }
  dismiss(sleepers_, {Status::closed}, producer.lastPublished());
  dismiss(stayers_, {Status::closed}, producer.lastPublished());
  for (const Reader& reader : readers_)
    note(reader.findings());
  look(false);
  checkDirectory(true);
}

void Survivors::afterProducer(StreamEnd end) {
  look(true);
  drain();
  const Sequence last = readers_.front().last();
  expect(distance(end.atLeast, last) >= 0 && distance(last, end.atMost) >= 0,
         fmt::format("the stream ends at {}, not within {} to {}", last, end.atLeast, end.atMost));
  // Before a successor comes: consumers that may not stay learn of the death.
  dismiss(sleepers_, {Status::peerDied, Status::peerLeft}, last);
  auto successor = Sender::open(place_.segment, openOptions(place_));
  if (!successor) {
    findings_.push_back("no successor is accepted: " + successor.error().message());
    return;
  }
  expect(successor->lastPublished() == last,
         fmt::format("the successor goes on after {}", successor->lastPublished()));
  agreeOn(last);
  goOn(std::move(*successor), "newcomer");
}

void Survivors::afterClosing(StreamEnd end) {
  if (lookAt(place_).producer->state != detail::ProducerState::closed) return afterProducer(end);
  look(true);
  drain();
  agreeOn(end.atMost);
  dismiss(sleepers_, {Status::closed}, end.atMost);
  dismiss(stayers_, {Status::closed}, end.atMost);
  const auto successor = Sender::open(place_.segment, openOptions(place_));
  expect(!successor && successor.error().code == ErrorCode::ended,
         "a closed stream can be opened again");
  checkDirectory(true);
}

void Survivors::afterConsumer(const std::string& name) {
  look(true);
  if (claimer_.joinable()) {
    claimer_.join();
    expect(claim_ == Status::ok, fmt::format("the blocked claim ended with {}", nameOf(claim_)));
    isStuck_ = claim_ != Status::ok;
  }
  goOn(std::move(*producer_), name);
}

void Survivors::afterHeldConsumer(const std::string& name, StreamEnd committed) {
  look(true);
  const Reader& successor = addReader(name);
  const Sequence last = successor.last();
  expect(distance(committed.atLeast, last) >= 0 && distance(last, committed.atMost) >= 0,
         fmt::format("the successor goes on after {}, not within {} to {}", last, committed.atLeast,
                     committed.atMost));
  drain();
  goOn(std::move(*producer_), "newcomer");
}

void Survivors::checkDirectory(bool mustExist) {
  for (const std::string& name : removeLeftovers(place_))
    findings_.push_back("left over: " + name);
  const bool exists = std::filesystem::exists(place_.directory + "/" + place_.segment);
  expect(exists || !mustExist, "the segment's name is gone");
}

}  // namespace sluice::kill
