// The user's wish to end it, taken where nothing is left behind.
#pragma once

#include <exception>

namespace sluice::bench {

struct Interrupted : std::exception {
  const char* what() const noexcept override { return "interrupted"; }
};

/// From now on SIGINT and SIGTERM are remembered instead of ending this process at once: segments
/// in /dev/shm would stay. Processes that are forked end at once.
void listenForInterruption();

bool isInterrupted() noexcept;
void throwIfInterrupted();

}  // namespace sluice::bench
