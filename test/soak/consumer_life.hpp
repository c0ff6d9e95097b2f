// The life of a consumer: reading, checking, committing, perhaps leaving and coming back.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "consumer_account.hpp"
#include "life.hpp"
#include "sluice/options.hpp"
#include "sluice/status.hpp"

namespace sluice::soak {

/// The cargo says what is read: records or messages.
template <class Cargo>
class ConsumerLife {
 public:
  explicit ConsumerLife(Life& life) : life_(life), account_(life.ledger(), life.role) {}

  /// Returns when the stream has ended and everybody may leave.
  void run() {
    for (;;) {
      auto in = attach();
      if (!in) {
        Life::pause(std::chrono::milliseconds(1));
        continue;
      }
      begin(*in);
      while (readSome(*in)) {
      }
      if (in->status() == Status::closed) {
        stayUntilAllHaveSeenTheEnd();
        in->resign();
        return;
      }
      // A held row is kept, and its name goes on at the last commit.
      const bool isKept = life_.role.onDeath == OnDeath::hold;
      if (!isKept && in->status() != Status::evicted) life_.ledger().leaving.set(1);
    }
  }

 private:
  using In = typename Cargo::In;

  /// None while the one it runs after has not joined.
  std::optional<In> attach() {
    const Role& role = life_.role;
    ConsumerOptions options{.name = role.name, .onDeath = role.onDeath};
    options.evictAfter = role.evictAfter;
    // After a consumer that died, the oldest would be given again.
    const bool isFree = life_.ledger().begun.get() == 0 || life_.ledger().leaving.get() != 0;
    if (isFree && life_.oneIn(2)) options.startAt = StartAt::oldest;
    endsWithProducer_ = role.onDeath == OnDeath::release && life_.oneIn(3);
    options.withoutProducer = endsWithProducer_ ? WithoutProducer::end : WithoutProducer::stay;
    if (role.after) options.after = {fullCast()[*role.after].name};
    options.appearWithin = std::chrono::minutes(10);
    options.maxBatch = 1 + life_.upTo(life_.oneIn(2) ? 7 : 300);
    options.waitStrategy = life_.anyStrategy();
    auto in = In::attach(life_.segment, options);
    if (in) return std::move(*in);
    if (role.after && in.error().field == "after") return std::nullopt;
    throw Broken(in.error().message());
  }

  void begin(In& in) {
    account_.begin(in.next(), in.lost());
    transcript_.emplace(life_.board.agreement);
    next_ = in.next();
    unproved_.clear();
  }

  /// False when this life in the ring is over.
  bool readSome(In& in) {
    const auto batch = next(in);
    if (!batch) return goesOnAfter(in, batch.status());
    if (batch.first() != next_)
      throw Broken(fmt::format("record {} follows {}", batch.first(), next_ - 1));
    for (std::size_t i = 0; i < batch.size(); ++i)
      read(Cargo::proofOf(batch[i], next_ + i), next_ + i);
    next_ += batch.size();
    if (life_.oneIn(1000)) Life::pause(std::chrono::milliseconds(life_.upTo(3)));
    // Consumers that keep the whole ring from the producer, one after another, must not wait for
    // more.
    const bool mayWait = next_ - life_.ledger().committed.get() <= life_.capacity / 4;
    if (mayWait && life_.oneIn(20)) return true;
    if (batch.size() > 1 && life_.oneIn(8)) {
      const std::size_t part = 1 + life_.upTo(batch.size() - 2);
      if (!commit(in, batch.first() + part, [&] { return in.commit(part); })) return false;
      if (mayWait && life_.oneIn(2)) return true;
    }
    if (!commit(in, next_, [&] { return in.commit(); })) return false;
    return life_.isEnding() || !life_.oneIn(2000);
  }

  auto next(In& in) {
    const bool holdsSome = next_ != life_.ledger().committed.get();
    switch (life_.upTo(!Cargo::fewHoldNobodyUp && holdsSome ? 1 : 3)) {
      case 0:
        return in.tryWait();
      case 1:
        return in.wait(std::chrono::milliseconds(1 + life_.upTo(30)));
      default:
        return in.wait();
    }
  }

  void read(std::optional<std::uint64_t> proof, Sequence sequence) {
    if (!proof) {
      account_.onTorn(sequence);
      return;
    }
    if (life_.role.after && !isDoneUpstream(sequence))
      throw Broken(fmt::format("record {} came before the one it runs after was done", sequence));
    unproved_.push_back(*proof);
  }

  /// Where the first life of the other joined, only that life knows until it has begun its account.
  bool isDoneUpstream(Sequence sequence) const {
    const ConsumerLedger& upstream = life_.board.consumers[*life_.role.after];
    return upstream.begun.get() == 0 || sequence < upstream.processed.get();
  }

  template <class Commit>
  bool commit(In& in, std::uint64_t position, Commit commit) {
    account_.beforeCommit(position);
    // A consumer that is struck here has done the work and not said so.
    if (life_.oneIn(200)) Life::pause(std::chrono::milliseconds(life_.upTo(2)));
    const Status status = commit();
    if (status == Status::evicted) {
      account_.onEviction(in.lastCommitted());
      return false;
    }
    if (status != Status::ok) throw Broken(fmt::format("a commit ended as {}", nameOf(status)));
    account_.afterCommit(position);
    prove(position);
    return true;
  }

  /// What is committed is what everybody else was given.
  void prove(std::uint64_t position) {
    const std::uint64_t first = next_ - unproved_.size();
    const auto count = static_cast<std::ptrdiff_t>(position - first);
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      const Sequence sequence = first + static_cast<std::uint64_t>(i);
      if (!transcript_->add(sequence, unproved_[static_cast<std::size_t>(i)]))
        throw Broken(fmt::format("record {} is not what others were given", sequence));
    }
    unproved_.erase(unproved_.begin(), unproved_.begin() + count);
  }

  /// Whether to go on in the same life in the ring.
  bool goesOnAfter(In& in, Status status) {
    switch (status) {
      case Status::timedOut:
        // What it has read may be what the producer needs to go on.
        return Cargo::fewHoldNobodyUp || commit(in, next_, [&] { return in.commit(); });
      case Status::closed:
        if (!life_.isEnding()) throw Broken("the stream was closed by nobody");
        // It may have been evicted just before the end.
        commit(in, next_, [&] { return in.commit(); });
        return false;
      case Status::peerLeft:
      case Status::peerDied:
        if (!endsWithProducer_)
          throw Broken(fmt::format("{}, though it stays for a successor", nameOf(status)));
        Life::pause(std::chrono::milliseconds(1));
        return life_.isEnding() || life_.oneIn(2);
      case Status::evicted:
        account_.onEviction(in.lastCommitted());
        return false;
      default:
        throw Broken(fmt::format("a wait ended as {}", nameOf(status)));
    }
  }

  /// Others may run after this one.
  void stayUntilAllHaveSeenTheEnd() {
    life_.ledger().finished.set(1);
    while (life_.board.leave.get() == 0)
      Life::pause(std::chrono::milliseconds(1));
  }

  Life& life_;
  ConsumerAccount account_;
  std::optional<Transcript> transcript_;
  Sequence next_ = 0;                    // the record after the last that was read
  std::vector<std::uint64_t> unproved_;  // checksums of what is read and not committed
  bool endsWithProducer_ = false;
};

}  // namespace sluice::soak
