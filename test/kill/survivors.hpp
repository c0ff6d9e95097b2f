// The participants that live on when the victim dies, and what must be true of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "parcel.hpp"
#include "sluice/sluice.hpp"

namespace sluice::kill {

/// The roles, over the slot layout that this program steps.
using Sender = Producer<Parcel, SLUICE_KILL_LAYOUT>;
using Receiver = Consumer<Parcel, SLUICE_KILL_LAYOUT>;
using Watcher = Observer<Parcel, SLUICE_KILL_LAYOUT>;

/// Where a trial's segment is: in a directory of its own, so that nothing else can be found there.
struct Place {
  std::string directory;
  std::string segment;
  std::optional<WakeProtocol> protocol{};
};

/// What is wrong, in words; nothing when all is well.
using Findings = std::vector<std::string>;

inline constexpr std::uint64_t ringCapacity = 16;
inline constexpr std::uint32_t consumerRows = 4;
/// Longer than anything that goes well takes.
inline constexpr std::chrono::seconds patience{20};

ProducerOptions producerOptions(const Place& place);
OpenOptions openOptions(const Place& place);
/// A consumer that sees every record of the ring and stays when the producer is gone.
ConsumerOptions consumerOptions(const Place& place, std::string name);

/// Claims `count` records one by one and publishes each; false when a claim ends otherwise.
bool publish(Sender& producer, std::uint64_t count);

/// A consumer that knows what must come next.
class Reader {
 public:
  Reader(std::string name, Receiver consumer);

  /// Takes and commits all that is there, and says how it ended. A poll may leave out its look for
  /// some tens of nanoseconds, so it waits a little longer.
  Status drain() { return read(std::chrono::microseconds(20)); }
  /// Takes and commits until there is nothing more within the limit.
  Status read(const WaitLimit& limit);

  const std::string& name() const noexcept { return name_; }
  /// The last record it was given.
  Sequence last() const noexcept { return expected_ - 1; }
  const Findings& findings() const noexcept { return findings_; }

 private:
  std::string name_;
  Receiver consumer_;
  Sequence expected_;
  Findings findings_;
};

/// A reader on a thread of its own, asleep whenever there is nothing to read.
class SleepingReader {
 public:
  SleepingReader(std::string name, Receiver consumer);
  ~SleepingReader() { join(); }

  void join() {
    if (thread_.joinable()) thread_.join();
  }
  const Reader& reader() const noexcept { return reader_; }
  /// How its wait ended; after join().
  Status status() const noexcept { return status_; }

 private:
  Reader reader_;
  Status status_ = Status::ok;
  std::thread thread_;
};

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
  std::vector<std::string> hiddenFiles() const;
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
