// The life of a producer: waiting for its turn, publishing, perhaps leaving, or closing.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "freight.hpp"
#include "life.hpp"
#include "sluice/producer.hpp"

namespace sluice::soak {

template <SlotLayoutTag L>
class ProducerLife {
 public:
  explicit ProducerLife(Life& life) : life_(life), ledger_(life.board.producer) {}

  void run() {
    for (std::uint64_t turn = 0;; ++turn) {
      auto ring = takeTurn();
      if (!ring) return;
      writer_ = life_.number << 16 | turn;
      beginTurn(*ring);
      while (!life_.isEnding() && !life_.oneIn(400))
        publishSome(*ring);
      if (!life_.isEnding()) continue;
      ring->close();
      ledger_.closed.set(1);
      return;
    }
  }

 private:
  using Ring = Producer<Freight, L>;

  /// None when the stream was closed by another, which createOrOpen() would replace.
  std::optional<Ring> takeTurn() {
    const ProducerOptions creation{
        .capacity = life_.capacity, .maxConsumers = 16, .waitStrategy = life_.anyStrategy()};
    const OpenOptions opening{.waitStrategy = creation.waitStrategy,
                              .takeOverWithin = std::chrono::minutes(10)};
    auto ring = Ring::open(life_.segment, opening);
    while (!ring && ring.error().code == ErrorCode::notFound) {
      ring = Ring::create(life_.segment, creation);
      if (!ring && ring.error().code == ErrorCode::alreadyExists)
        ring = Ring::open(life_.segment, opening);
    }
    if (ring) return std::move(*ring);
    if (ring.error().code == ErrorCode::ended && life_.isEnding()) return std::nullopt;
    throw Broken(ring.error().message());
  }

  void beginTurn(Ring& ring) {
    const std::uint64_t next = ring.lastPublished() + 1;
    const std::uint64_t published = ledger_.published.get();
    const std::uint64_t attempted = ledger_.attempted.get();
    if (next < published || next > attempted)
      throw Broken(fmt::format("a successor goes on at {}, though {} to {} are published", next,
                               published, attempted));
    ledger_.active.set(writer_);
    ledger_.attempted.set(next);
    ledger_.published.set(next);
    ledger_.lives.add(1);
    claimed_.clear();
    transcript_.emplace(life_.board.agreement);
  }

  void publishSome(Ring& ring) {
    const std::size_t most = std::max<std::uint64_t>(life_.capacity / 4, 1);
    switch (life_.upTo(5)) {
      case 0:
      case 1:
        for (std::uint64_t n = life_.upTo(60); n > 0; --n)
          publishOne(ring);
        break;
      case 2:
        claim(ring, 1 + life_.upTo(most - 1));
        publishClaimed(ring);
        break;
      case 3:
        claim(ring, 1 + life_.upTo(most - 1));
        publishFirst(ring, life_.upTo(claimed_.size() + 1));
        claim(ring, 1 + life_.upTo(most - 1));
        publishClaimed(ring);
        break;
      case 4:
        // Not all of it: what stays claimed is never seen when this one leaves or dies now.
        claim(ring, 1 + life_.upTo(most - 1));
        publishFirst(ring, claimed_.size() / 2);
        break;
      default:
        if (life_.oneIn(4)) Life::pause(std::chrono::milliseconds(life_.upTo(3)));
    }
    if (claimed_.size() > life_.capacity / 2) publishClaimed(ring);
  }

  void publishOne(Ring& ring) {
    Freight& slot = ring.claimOne();
    fill(slot, ring.lastClaimed());
    publishClaimed(ring);
  }

  void claim(Ring& ring, std::size_t n) {
    const auto batch = ring.claimUpTo(n, std::chrono::milliseconds(20));
    if (!batch && batch.status() != Status::timedOut)
      throw Broken(fmt::format("a claim ended as {}", nameOf(batch.status())));
    for (std::size_t i = 0; i < batch.size(); ++i)
      fill(batch[i], batch.first() + i);
  }

  void fill(Freight& slot, Sequence number) {
    slot = Freight::of(number, writer_);
    claimed_.push_back(slot.checksum);
  }

  void publishClaimed(Ring& ring) {
    ledger_.attempted.set(ring.lastClaimed() + 1);
    check(ring, ring.publish(), claimed_.size());
  }

  void publishFirst(Ring& ring, std::size_t n) {
    n = std::min(n, claimed_.size());
    ledger_.attempted.set(ring.lastPublished() + 1 + n);
    check(ring, ring.publishFirst(n), n);
  }

  void check(Ring& ring, Status status, std::size_t count) {
    const std::uint64_t before = ledger_.published.get();
    if (status != Status::ok) throw Broken(fmt::format("a publish ended as {}", nameOf(status)));
    if (ring.lastPublished() + 1 != before + count)
      throw Broken(fmt::format("{} records published at {}: the last is {}", count, before,
                               ring.lastPublished()));
    if (ledger_.active.get() != writer_) throw Broken("two producers at the same time");
    ledger_.published.set(before + count);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!transcript_->add(before + i, claimed_.front()))
        throw Broken(fmt::format("record {} was read otherwise than published", before + i));
      claimed_.pop_front();
    }
  }

  Life& life_;
  ProducerLedger& ledger_;
  std::optional<Transcript> transcript_;
  std::uint64_t writer_ = 0;
  std::deque<std::uint64_t> claimed_;  // checksums of what is not yet published
};

}  // namespace sluice::soak
