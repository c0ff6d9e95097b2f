#include "sluice/core/ended.hpp"

namespace sluice {

const char* nameOf(Ended ended) noexcept {
  switch (ended) {
    case Ended::no:
      return "no";
    case Ended::timedOut:
      return "timedOut";
    case Ended::stopped:
      return "stopped";
    case Ended::closed:
      return "closed";
    case Ended::peerLeft:
      return "peerLeft";
    case Ended::peerDied:
      return "peerDied";
    case Ended::evicted:
      return "evicted";
    case Ended::corrupt:
      return "corrupt";
  }
  return "unknown";
}

}  // namespace sluice
