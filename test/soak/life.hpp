// What the processes of every role have.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>

#include "ledger.hpp"
#include "role.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::soak {

/// Something that the library promises not to do.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One process, from its fork to its death.
struct Life {
  Board& board;
  const Role& role;
  std::size_t place;  ///< in the cast
  std::string segment;
  std::uint64_t capacity;
  std::uint64_t payloadBytes;  ///< and the next one: of a ring of messages
  std::uint32_t slotSize;
  std::uint64_t number;  ///< no other life has it
  std::mt19937_64 random;

  std::uint64_t upTo(std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>(0, most)(random);
  }
  bool oneIn(std::uint64_t n) { return upTo(n - 1) == 0; }
  bool isEnding() const noexcept { return board.ending.get() != 0; }
  ConsumerLedger& ledger() const noexcept { return board.consumers[place]; }

  WaitStrategy anyStrategy() {
    switch (upTo(3)) {
      case 0:
        return WaitStrategy::sleepAtOnce();
      case 1:
        return WaitStrategy::spinThenYield();
      default:
        return WaitStrategy::spinThenSleep(200, 2);
    }
  }

  static void pause(std::chrono::milliseconds time) {
    ::poll(nullptr, 0, static_cast<int>(time.count()));
  }
};

}  // namespace sluice::soak
