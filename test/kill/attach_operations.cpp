// Attaching, creating, taking over, removing.
#include <optional>

#include "doomed.hpp"
#include "scenario.hpp"

namespace sluice::kill {
namespace {

constexpr Sequence recordsBefore = 5;

/// A stream with a living producer, a reader, and some laps behind it.
class WithStream : public Scenario {
 public:
  using Scenario::Scenario;
  void prepare() override {
    survivors().create(producerOptions(place()));
    survivors().addReader("first");
    survivors().addObserver();
    for (int i = 0; i < 4; ++i) {
      publish(survivors().producer(), recordsBefore);
      survivors().drain();
    }
  }
};

class AttachConsumer : public WithStream {
 public:
  using WithStream::WithStream;
  void operation() override {
    consumer_.emplace(
        Receiver::attach(place().segment, consumerOptions(place(), "victim")).value());
  }
  void check(bool) override { survivors().afterConsumer("victim"); }

 private:
  std::optional<Receiver> consumer_;
};

/// The same while the producer waits for room.
class AttachConsumerToFullRing : public AttachConsumer {
 public:
  using AttachConsumer::AttachConsumer;
  void settle() override {
    publish(survivors().producer(), ringCapacity);
    survivors().blockProducer();
  }
  void check(bool finished) override {
    survivors().drain();
    AttachConsumer::check(finished);
  }
};

/// The row is that of a dead one.
class AttachConsumerToDeadRow : public AttachConsumer {
 public:
  using AttachConsumer::AttachConsumer;
  void prepare() override {
    AttachConsumer::prepare();
    liveAndDie([this] {
      Receiver::attach(place().segment, consumerOptions(place(), "victim")).value();
      raise(SIGKILL);
    });
  }
};

class AttachObserver : public WithStream {
 public:
  using WithStream::WithStream;
  void operation() override {
    ObserverOptions options;
    options.directory = place().directory;
    observer_.emplace(Watcher::attach(place().segment, options).value());
    static_cast<void>(observer_->tryWait());
  }
  void check(bool) override { survivors().afterConsumer("victim"); }

 private:
  std::optional<Watcher> observer_;
};

class Create : public Scenario {
 public:
  using Scenario::Scenario;
  void prepare() override {}
  void operation() override {
    producer_.emplace(Sender::create(place().segment, producerOptions(place())).value());
  }
  void check(bool finished) override {
    survivors().checkDirectory(finished);
    auto producer = Sender::createOrOpen(place().segment, producerOptions(place()));
    survivors().expect(producer->lastPublished() == noSequence,
                       "the stream does not begin at its beginning");
    survivors().addReader("first");
    survivors().goOn(std::move(producer.value()), "newcomer");
  }

 private:
  std::optional<Sender> producer_;
};

/// A stream whose producer has died with records claimed and written, but not published.
class WithDeadProducer : public Scenario {
 public:
  using Scenario::Scenario;
  void prepare() override {
    survivors().create(producerOptions(place()));
    survivors().addReader("first");
    survivors().addStayer();
    survivors().addObserver();
    survivors().leave();
    liveAndDie([this] {
      auto doomed = Sender::open(place().segment, openOptions(place())).value();
      publish(doomed, recordsBefore);
      for (int i = 0; i < 3; ++i)
        doomed.claimOne() = Parcel::of(doomed.lastClaimed() + 1);
      raise(SIGKILL);
    });
  }
};

class TakeOver : public WithDeadProducer {
 public:
  using WithDeadProducer::WithDeadProducer;
  void operation() override {
    producer_.emplace(Sender::open(place().segment, openOptions(place())).value());
  }
  void check(bool) override { survivors().afterProducer({recordsBefore - 1, recordsBefore - 1}); }

 private:
  std::optional<Sender> producer_;
};

/// Waits while the producer lives, until it leaves.
class Succeed : public Scenario {
 public:
  using Scenario::Scenario;
  void prepare() override {
    survivors().create(producerOptions(place()));
    survivors().addReader("first");
    survivors().addStayer();
    survivors().addObserver();
    publish(survivors().producer(), recordsBefore);
  }
  void operation() override {
    OpenOptions options = openOptions(place());
    options.takeOverWithin = patience;
    producer_.emplace(Sender::open(place().segment, options).value());
  }
  void wakeVictim() override { survivors().leave(); }
  void check(bool) override {
    survivors().leave();
    survivors().afterProducer({recordsBefore - 1, recordsBefore - 1});
  }

 private:
  std::optional<Sender> producer_;
};

/// Under the name of a dead stream.
class Replace : public Scenario {
 public:
  using Scenario::Scenario;
  void prepare() override {
    survivors().create(producerOptions(place()));
    const ConsumerOptions options = consumerOptions(place(), "old reader");
    oldReader_.emplace("old reader", Receiver::attach(place().segment, options).value());
    survivors().leave();
    liveAndDie([this] {
      auto doomed = Sender::open(place().segment, openOptions(place())).value();
      publish(doomed, recordsBefore);
      raise(SIGKILL);
    });
  }
  void operation() override { producer_.emplace(replace()); }
  void check(bool finished) override {
    survivors().checkDirectory(finished);
    auto producer = replace();
    // It stays for a successor, and nobody can come once the name means another segment.
    const Status status = oldReader_->read(WaitLimit(patience));
    survivors().expect(status == Status::closed,
                       std::string("the old stream's reader learns ") + nameOf(status));
    survivors().expect(oldReader_->last() == recordsBefore - 1,
                       "the old stream's reader has not read all");
    survivors().addReader("first");
    survivors().goOn(std::move(producer), "newcomer");
  }

 private:
  Sender replace() {
    ProducerOptions options = producerOptions(place());
    options.whenTaken = WhenTaken::replace;
    return Sender::create(place().segment, options).value();
  }

  std::optional<Reader> oldReader_;
  std::optional<Sender> producer_;
};

class Remove : public WithDeadProducer {
 public:
  using WithDeadProducer::WithDeadProducer;
  void operation() override { removeSegment(place().segment, everything()).value(); }
  RemoveOptions everything() const {
    return {.directory = place().directory, .evenIfInUse = true, .evenIfHeld = true};
  }
  void check(bool finished) override {
    survivors().checkDirectory(false);
    const auto removed = removeSegment(place().segment, everything());
    survivors().expect(removed || removed.error().code == ErrorCode::notFound,
                       "the name cannot be removed");
    survivors().expect(!removed || !finished, "the name is still there");
    static_cast<void>(Sender::create(place().segment, producerOptions(place())).value());
  }
};

template <class Kind>
Operation operation(const char* name) {
  return {name, [](Place place) { return std::make_unique<Kind>(std::move(place)); }};
}

}  // namespace

std::vector<Operation> attachOperations() {
  return {
      operation<AttachConsumer>("attach-consumer"),
      operation<AttachConsumerToFullRing>("attach-to-full-ring"),
      operation<AttachConsumerToDeadRow>("attach-to-dead-row"),
      operation<AttachObserver>("attach-observer"),
      operation<Create>("create"),
      operation<Replace>("create-and-replace"),
      operation<TakeOver>("take-over"),
      operation<Succeed>("succeed"),
      operation<Remove>("remove"),
  };
}

}  // namespace sluice::kill
