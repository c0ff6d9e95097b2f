// The messages of a stream as they come, from a sequence on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "connection.hpp"

namespace shm_bridge {

/// A consumer of the server's, which pushes and which nobody has to acknowledge. The server sends
/// no more than the client takes: it asks every now and then, and is answered when what came before
/// was taken.
class Delivery {
 public:
  /// Throws Unavailable or Refusal.
  Delivery(const Connection& connection, const std::string& stream, std::uint64_t from);

  struct Message {
    NatsHandle<natsMsg> message;
    std::uint64_t streamSequence = 0;
    std::uint64_t pending = 0;  ///< messages that come after it, as far as the server knew
  };

  /// The next message; nothing once the time is over, or a stop is requested. Throws Unavailable
  /// where the server has fallen silent, or a message is missing.
  std::optional<Message> next(std::chrono::milliseconds within, const std::stop_token& stop);

 private:
  void handleStatus(natsMsg* message);
  void readFacts(Message& message);

  const Connection& connection_;
  NatsHandle<natsInbox> inbox_;
  NatsHandle<natsSubscription> subscription_;
  std::uint64_t delivered_ = 0;          // messages of this consumer
  std::chrono::milliseconds silence_{};  // waited for in vain
};

}  // namespace shm_bridge
