// Whether a producer went on where the one before had come to, and published what it meant to.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <deque>

#include "ledger.hpp"
#include "life.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::soak {

/// Keeps the ledger for one turn of a producer, and throws Broken when the library did other than
/// it promises.
class ProducerAccount {
 public:
  /// The turn of that writer begins after `last`, the last record that the ring says is published.
  ProducerAccount(Board& board, std::uint64_t writer, Sequence last)
      : ledger_(board.producer), transcript_(board.agreement), writer_(writer) {
    const std::uint64_t next = last + 1;
    const std::uint64_t published = ledger_.published.get();
    const std::uint64_t attempted = ledger_.attempted.get();
    if (next < published || next > attempted)
      throw Broken(fmt::format("a successor goes on at {}, though {} to {} are published", next,
                               published, attempted));
    ledger_.active.set(writer_);
    ledger_.attempted.set(next);
    ledger_.published.set(next);
    ledger_.lives.add(1);
  }

  /// The next record is written, and has that checksum.
  void onClaimed(std::uint64_t checksum) { claimed_.push_back(checksum); }
  /// All that is claimed was given back.
  void onAbandoned() noexcept { claimed_.clear(); }
  /// Records that are claimed and not published, and the sequence after them.
  std::size_t claimed() const noexcept { return claimed_.size(); }
  Sequence next() const noexcept { return ledger_.published.get() + claimed_.size(); }

  /// Before a publish of the first `count` of them.
  void beforePublish(std::size_t count) noexcept {
    ledger_.attempted.set(ledger_.published.get() + count);
  }

  /// After it, when `last` is the last that the producer says is published.
  void afterPublish(std::size_t count, Status status, Sequence last) {
    const std::uint64_t before = ledger_.published.get();
    if (status != Status::ok) throw Broken(fmt::format("a publish ended as {}", nameOf(status)));
    if (last + 1 != before + count)
      throw Broken(fmt::format("{} records published at {}: the last is {}", count, before, last));
    if (ledger_.active.get() != writer_) throw Broken("two producers at the same time");
    ledger_.published.set(before + count);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!transcript_.add(before + i, claimed_.front()))
        throw Broken(fmt::format("record {} was read otherwise than published", before + i));
      claimed_.pop_front();
    }
  }

 private:
  ProducerLedger& ledger_;
  Transcript transcript_;
  std::uint64_t writer_;
  std::deque<std::uint64_t> claimed_;  // checksums of what is not yet published
};

}  // namespace sluice::soak
