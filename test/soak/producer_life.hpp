// The life of a producer: waiting for its turn, publishing, perhaps leaving, or closing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "life.hpp"
#include "producer_account.hpp"
#include "sluice/error.hpp"
#include "sluice/options.hpp"

namespace sluice::soak {

/// The cargo says what is sent: records or messages.
template <class Cargo>
class ProducerLife {
 public:
  explicit ProducerLife(Life& life) : life_(life) {}

  void run() {
    for (std::uint64_t turn = 0;; ++turn) {
      auto ring = takeTurn();
      if (!ring) return;
      const std::uint64_t writer = life_.number << 16 | turn;
      ProducerAccount account(life_.board, writer, ring->lastPublished());
      typename Cargo::Loading loading(life_, *ring, account, writer);
      while (!life_.isEnding() && !life_.oneIn(400))
        loading.publishSome();
      if (!life_.isEnding()) continue;
      ring->close();
      life_.board.producer.closed.set(1);
      return;
    }
  }

 private:
  using Ring = typename Cargo::Out;

  /// None when the stream was closed by another, which createOrOpen() would replace.
  std::optional<Ring> takeTurn() {
    const ProducerOptions creation{
        .capacity = life_.capacity, .maxConsumers = 16, .waitStrategy = life_.anyStrategy()};
    const OpenOptions opening{.waitStrategy = creation.waitStrategy,
                              .takeOverWithin = std::chrono::minutes(10)};
    auto ring = Ring::open(life_.segment, opening);
    while (!ring && ring.error().code == ErrorCode::notFound) {
      ring = Cargo::create(life_, creation);
      if (!ring && ring.error().code == ErrorCode::alreadyExists)
        ring = Ring::open(life_.segment, opening);
    }
    if (ring) return std::move(*ring);
    if (ring.error().code == ErrorCode::ended && life_.isEnding()) return std::nullopt;
    throw Broken(ring.error().message());
  }

  Life& life_;
};

}  // namespace sluice::soak
