// What is done about the dead and the stalled.
#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "doomed.hpp"
#include "scenario.hpp"

namespace sluice::kill {
namespace {

constexpr Sequence recordsBefore = 8;

/// The victim is a producer on a full ring that only one consumer still gates: what it does about
/// that one is within its claim.
class ClaimOnFullRing : public Scenario {
 public:
  using Scenario::Scenario;
  void prepareVictim() override {
    producer_.emplace(Sender::open(place().segment, openOptions(place())).value());
    publish(*producer_, ringCapacity - recordsBefore);
  }
  void settle() override { survivors().drain(); }
  void operation() override {
    producer_->claimOne() = Parcel::of(ringCapacity);
    producer_->publish();
  }

 private:
  std::optional<Sender> producer_;
};

class Reap : public ClaimOnFullRing {
 public:
  using ClaimOnFullRing::ClaimOnFullRing;
  void prepare() override {
    survivors().create(producerOptions(place()));
    survivors().addReader("first");
    survivors().addObserver();
    publish(survivors().producer(), recordsBefore);
    liveAndDie([this] {
      auto doomed = Receiver::attach(place().segment, consumerOptions(place(), "newcomer")).value();
      static_cast<void>(doomed.tryWait());
      doomed.commit(3);
      raise(SIGKILL);
    });
    survivors().leave();
  }
  void check(bool finished) override {
    survivors().afterProducer({finished ? ringCapacity : ringCapacity - 1, ringCapacity});
  }
};

class Evict : public ClaimOnFullRing {
 public:
  using ClaimOnFullRing::ClaimOnFullRing;
  void prepare() override {
    survivors().create(producerOptions(place()));
    survivors().addReader("first");
    survivors().addObserver();
    publish(survivors().producer(), recordsBefore);
    ConsumerOptions options = consumerOptions(place(), "stalled");
    options.evictAfter = std::chrono::milliseconds(1);
    stalled_.emplace(Receiver::attach(place().segment, options).value());
    static_cast<void>(stalled_->tryWait());
    survivors().leave();
  }
  void check(bool finished) override {
    const Status status = stalled_->commit();
    survivors().expect(status == Status::evicted || (status == Status::ok && !finished),
                       std::string("the stalled consumer learns ") + nameOf(status));
    stalled_.reset();
    ConsumerOptions options = consumerOptions(place(), "stalled");
    {
      const auto again = Receiver::attach(place().segment, options).value();
      const LostRecords lost = again.lost();
      const bool isRange = lost.first == 0 && lost.count == again.next();
      survivors().expect(status == Status::ok || isRange,
                         fmt::format("the stalled consumer lost {} records from {} on, and goes on "
                                     "with {}",
                                     lost.count, lost.first, again.next()));
    }
    survivors().afterProducer({finished ? ringCapacity : ringCapacity - 1, ringCapacity});
  }

 private:
  std::optional<Receiver> stalled_;
};

/// A consumer that is held, and has committed some of what it was given.
class Held : public Scenario {
 public:
  static constexpr Sequence committed = 2;

  using Scenario::Scenario;
  void prepare() override {
    survivors().create(producerOptions(place()));
    survivors().addReader("first");
    survivors().addObserver();
    publish(survivors().producer(), recordsBefore);
    survivors().drain();
    liveAndDie([this] {
      auto doomed = attach();
      static_cast<void>(doomed.tryWait());
      doomed.commit(committed + 1);
      raise(SIGKILL);
    });
  }

 protected:
  Receiver attach() {
    ConsumerOptions options = consumerOptions(place(), "held");
    options.onDeath = OnDeath::hold;
    return Receiver::attach(place().segment, options).value();
  }
};

class SucceedHeld : public Held {
 public:
  using Held::Held;
  void settle() override {
    publish(survivors().producer(), committed + 1 + ringCapacity - recordsBefore);
    survivors().drain();
  }
  void operation() override { successor_.emplace(attach()); }
  void check(bool) override { survivors().afterHeldConsumer("held", {committed, committed}); }

 private:
  std::optional<Receiver> successor_;
};

class ReadHeld : public Held {
 public:
  using Held::Held;
  void prepareVictim() override { successor_.emplace(attach()); }
  void operation() override {
    static_cast<void>(successor_->tryWait());
    successor_->commit(2);
    successor_->commit();
  }
  void check(bool finished) override {
    survivors().afterHeldConsumer("held",
                                  {finished ? recordsBefore - 1 : committed, recordsBefore - 1});
  }

 private:
  std::optional<Receiver> successor_;
};

class LeaveHeld : public Held {
 public:
  using Held::Held;
  void prepareVictim() override { successor_.emplace(attach()); }
  void operation() override { successor_.reset(); }
  // Leaving keeps the held row: the next consumer of its name goes on at the commit.
  void check(bool) override { survivors().afterHeldConsumer("held", {~Sequence{0}, committed}); }

 private:
  std::optional<Receiver> successor_;
};

class RemoveHeld : public Held {
 public:
  using Held::Held;
  void operation() override { static_cast<void>(give().value()); }
  void check(bool finished) override {
    survivors().look(true);
    const auto again = give();
    survivors().expect(!finished || !again, "the held row is still there");
    survivors().expect(again || again.error().code == ErrorCode::notFound,
                       "the held row cannot be removed");
    survivors().afterConsumer("held");
  }

 private:
  Result<void> give() { return removeConsumer(place().segment, "held", place().directory); }
};

template <class Kind>
Operation operation(const char* name) {
  return {name, [](Place place) { return std::make_unique<Kind>(std::move(place)); }};
}

}  // namespace

std::vector<Operation> deathOperations() {
  return {
      operation<Reap>("reap"),
      operation<Evict>("evict"),
      operation<SucceedHeld>("succeed-held"),
      operation<ReadHeld>("read-as-held"),
      operation<LeaveHeld>("leave-as-held"),
      operation<RemoveHeld>("remove-held"),
  };
}

}  // namespace sluice::kill
