// Why a bridge stops.
#pragma once

#include <stdexcept>

namespace shm_bridge {

/// Going on would lose or repeat records, or cannot be: the bridge stops and says why, and what to
/// do.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The server, or the connection to it, is away: the bridge tries again.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace shm_bridge
