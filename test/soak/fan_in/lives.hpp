// What the processes of the soak of a FanIn do until they are killed.
#pragma once

#include <cstdint>
#include <string>

#include "board.hpp"

namespace sluice::soak {

/// What a process is started with.
struct FanInLife {
  Board& board;
  std::string directory;
  std::size_t rings;
  std::uint64_t seed;
};

std::string ringName(std::size_t number);

/// Goes on with its ring, and closes it when that is asked for. 0, or what was wrong is on the
/// board.
int produce(const FanInLife& life, std::size_t number);

/// Reads all rings until all have ended, and looks whether each gives every record once.
int collect(const FanInLife& life);

}  // namespace sluice::soak
