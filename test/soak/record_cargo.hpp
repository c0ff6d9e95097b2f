// Fixed records, as what the soak sends.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "freight.hpp"
#include "life.hpp"
#include "producer_account.hpp"
#include "sluice/sluice.hpp"

namespace sluice::soak {

/// One turn of a producer: claims, fills and publishes in every way there is.
template <SlotLayoutTag L>
class RecordLoading {
 public:
  using Ring = Producer<Freight, L>;

  RecordLoading(Life& life, Ring& ring, ProducerAccount& account, std::uint64_t writer)
      : life_(life), ring_(ring), account_(account), writer_(writer) {}

  void publishSome() {
    const std::size_t most = std::max<std::uint64_t>(life_.capacity / 4, 1);
    switch (life_.upTo(5)) {
      case 0:
      case 1:
        for (std::uint64_t n = life_.upTo(60); n > 0; --n)
          publishOne();
        break;
      case 2:
        claim(1 + life_.upTo(most - 1));
        publishClaimed();
        break;
      case 3:
        claim(1 + life_.upTo(most - 1));
        publishFirst(life_.upTo(account_.claimed() + 1));
        claim(1 + life_.upTo(most - 1));
        publishClaimed();
        break;
      case 4:
        // Not all of it: what stays claimed is never seen when this one leaves or dies now.
        claim(1 + life_.upTo(most - 1));
        publishFirst(account_.claimed() / 2);
        break;
      default:
        if (life_.oneIn(4)) Life::pause(std::chrono::milliseconds(life_.upTo(3)));
    }
    if (account_.claimed() > life_.capacity / 2) publishClaimed();
  }

 private:
  void publishOne() {
    Freight& slot = ring_.claimOne();
    fill(slot, ring_.lastClaimed());
    publishClaimed();
  }

  void claim(std::size_t n) {
    const auto batch = ring_.claimUpTo(n, std::chrono::milliseconds(20));
    if (!batch && batch.status() != Status::timedOut)
      throw Broken(fmt::format("a claim ended as {}", nameOf(batch.status())));
    for (std::size_t i = 0; i < batch.size(); ++i)
      fill(batch[i], batch.first() + i);
  }

  void fill(Freight& slot, Sequence number) {
    slot = Freight::of(number, writer_);
    account_.onClaimed(slot.checksum);
  }

  void publishClaimed() {
    const std::size_t count = account_.claimed();
    account_.beforePublish(count);
    const Status status = ring_.publish();
    account_.afterPublish(count, status, ring_.lastPublished());
  }

  void publishFirst(std::size_t n) {
    const std::size_t count = std::min(n, account_.claimed());
    account_.beforePublish(count);
    const Status status = ring_.publishFirst(count);
    account_.afterPublish(count, status, ring_.lastPublished());
  }

  Life& life_;
  Ring& ring_;
  ProducerAccount& account_;
  std::uint64_t writer_;
};

template <SlotLayoutTag L>
struct RecordCargo {
  using Out = Producer<Freight, L>;
  using In = Consumer<Freight, L>;
  using Watcher = Observer<Freight, L>;
  using Loading = RecordLoading<L>;
  /// A consumer that keeps few records from the producer may wait for more as long as it likes.
  static constexpr bool fewHoldNobodyUp = true;

  static Result<Out> create(const Life& life, const ProducerOptions& options) {
    return Out::create(life.segment, options);
  }

  /// The checksum of what came; none if it is torn.
  static std::optional<std::uint64_t> proofOf(const Freight& freight, Sequence number) {
    if (!freight.isWhole() || freight.number != number) return std::nullopt;
    return freight.checksum;
  }
  static std::optional<std::uint64_t> proofOf(const Observed<Freight>& seen) {
    return proofOf(seen.record, seen.sequence);
  }
};

}  // namespace sluice::soak
