// The life of an observer: it may be lapped, and never sees a torn record.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "life.hpp"
#include "sluice/options.hpp"
#include "sluice/status.hpp"

namespace sluice::soak {

/// The cargo says what is read: records or messages.
template <class Cargo>
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
    auto in = In::attach(life_.segment, options);
    if (!in) throw Broken(in.error().message());
    life_.ledger().lives.add(1);
    while (look(*in)) {
    }
    life_.ledger().finished.set(1);
  }

 private:
  using In = typename Cargo::Watcher;

  bool look(In& in) {
    const Sequence expected = in.next();
    const auto seen =
        life_.oneIn(2) ? in.tryWait() : in.wait(std::chrono::milliseconds(life_.upTo(30)));
    if (seen.sequence != expected + seen.lost)
      throw Broken(
          fmt::format("record {} after {} with {} lost", seen.sequence, expected - 1, seen.lost));
    life_.ledger().lost.add(seen.lost);
    if (!seen) return goesOnAfter(seen.status);
    const std::optional<std::uint64_t> proof = Cargo::proofOf(seen);
    if (!proof) throw Broken(fmt::format("record {} is torn", seen.sequence));
    if (!transcript_.add(seen.sequence, *proof))
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
