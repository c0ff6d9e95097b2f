// What the server answers to a message that was published.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shm_bridge {

struct Acknowledgement {
  std::uint64_t streamSequence = 0;  ///< where the message is stored; 0: it is not
  int error = 0;                     ///< JetStream's own number, where it is not
  std::string text;                  ///< in JetStream's words
};

/// Of an answer that makes no sense, what is wrong with it.
Acknowledgement parseAcknowledgement(std::string_view text);

}  // namespace shm_bridge
