// The participants that live on when the victim dies, and what must be true of them.
#pragma once

#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "reader.hpp"
#include "stream.hpp"

namespace sluice::kill {

/// Where the stream may end when its producer is dead.
struct StreamEnd {
  Sequence atLeast;
  Sequence atMost;
};

/// The survivors of one trial, all in one process.
class Survivors {
 public:
  explicit Survivors(Place place) : place_(std::move(place)) {}
  ~Survivors();

  const Place& place() const noexcept { return place_; }
  Findings& findings() noexcept { return findings_; }

  /// Makes the segment; producer() is there then.
  void create(ProducerOptions options);
  Sender& producer() { return *producer_; }
  /// The producer leaves, for the victim to follow.
  void leave() { producer_.reset(); }
  void expect(bool holds, const std::string& otherwise);

  Reader& addReader(const std::string& name);
  void addObserver();
  /// A consumer that sleeps when this returns, and is told when the producer is gone.
  void addSleeper();
  /// A consumer that sleeps when this returns, and stays for the next producer.
  void addStayer();
  /// Lets the producer wait for room on a thread; returns when it sleeps.
  void blockProducer();
  /// The readers take all there is.
  void drain();

  /// The producer was the victim: everybody agrees where the stream ended, the blocked were told,
  /// and a successor goes on.
  void afterProducer(StreamEnd end);
  /// The same for a producer that may have closed the stream.
  void afterClosing(StreamEnd end);
  /// A consumer or an observer was the victim: the producer goes on, and so does a consumer of the
  /// same name.
  void afterConsumer(const std::string& name);
  /// The same for a held consumer: one of its name goes on after a record within `committed`.
  void afterHeldConsumer(const std::string& name, StreamEnd committed);
  /// Nothing but this segment is left in the directory, and, with `mustExist`, it is.
  void checkDirectory(bool mustExist);
  /// A dump finds nothing wrong, but, where that is allowed, that somebody has died.
  void look(bool deadAllowed);
  /// Several laps with everybody reading, every row taken and given back, and an end in order.
  void goOn(Sender producer, const std::string& firstName);

 private:
  void agreeOn(Sequence end);
  void observe();
  void awaitSleep(const std::string& consumer);
  void note(const Findings& findings);
  void addSleepingReader(std::deque<SleepingReader>& to, ConsumerOptions options);
  void dismiss(std::deque<SleepingReader>& sleeping, std::initializer_list<Status> expected,
               Sequence end);
  void takeEveryRow(Sender& producer, const std::string& firstName);
  void lap(Sender& producer);

  Place place_;
  Findings findings_;
  std::optional<Sender> producer_;
  std::deque<Reader> readers_;
  std::deque<SleepingReader> sleepers_;
  std::deque<SleepingReader> stayers_;
  std::optional<Watcher> observer_;
  Sequence observed_ = noSequence;
  std::thread claimer_;
  Status claim_ = Status::ok;
  bool isStuck_ = false;  // the producer waits in vain: once is enough
};

}  // namespace sluice::kill
