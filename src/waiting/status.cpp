#include "sluice/status.hpp"

namespace sluice {

const char* nameOf(Status status) noexcept {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::timedOut:
      return "timedOut";
    case Status::stopped:
      return "stopped";
    case Status::closed:
      return "closed";
    case Status::peerLeft:
      return "peerLeft";
    case Status::peerDied:
      return "peerDied";
    case Status::evicted:
      return "evicted";
    case Status::corrupt:
      return "corrupt";
    case Status::detached:
      return "detached";
    case Status::tooLarge:
      return "tooLarge";
    case Status::allClaimed:
      return "allClaimed";
  }
  return "unknown";
}

}  // namespace sluice
