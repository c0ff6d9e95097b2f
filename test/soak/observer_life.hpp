// The life of an observer: it may be lapped, and never sees a torn record.
#pragma once

#include <fmt/format.h>

#include <chrono>

#include "freight.hpp"
#include "life.hpp"
#include "sluice/observer.hpp"

namespace sluice::soak {

template <SlotLayoutTag L>
class ObserverLife {
 public:
  explicit ObserverLife(Life& life) : life_(life), transcript_(life.board.agreement) {}

  /// Returns when the stream has ended.
  void run() {
    ObserverOptions options;
    options.startAt = life_.oneIn(2) ? StartAt::oldest : StartAt::latest;
    options.withoutProducer = WithoutProducer::stay;
    options.appearWithin = std::chrono::minutes(10);
    options.waitStrategy = life_.anyStrategy();
    auto in = Observer<Freight, L>::attach(life_.segment, options);
    if (!in) throw Broken(in.error().message());
    life_.ledger().lives.add(1);
    while (look(*in)) {
    }
    life_.ledger().finished.set(1);
  }

 private:
  bool look(Observer<Freight, L>& in) {
    const Sequence expected = in.next();
    const auto seen =
        life_.oneIn(2) ? in.tryWait() : in.wait(std::chrono::milliseconds(life_.upTo(30)));
    if (seen.sequence != expected + seen.lost)
      throw Broken(
          fmt::format("record {} after {} with {} lost", seen.sequence, expected - 1, seen.lost));
    life_.ledger().lost.add(seen.lost);
    if (!seen) return goesOnAfter(seen.status);
    if (!seen.record.isWhole() || seen.record.number != seen.sequence)
      throw Broken(fmt::format("record {} is torn", seen.sequence));
    if (!transcript_.add(seen.sequence, seen.record.checksum))
      throw Broken(fmt::format("record {} is not what others were given", seen.sequence));
    life_.ledger().records.add(1);
    return true;
  }

  bool goesOnAfter(Status status) {
    if (status == Status::timedOut) return true;
    if (status == Status::closed && life_.isEnding()) return false;
    throw Broken(fmt::format("a wait ended as {}", nameOf(status)));
  }

  Life& life_;
  Transcript transcript_;
};

}  // namespace sluice::soak
