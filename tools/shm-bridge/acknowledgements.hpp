// The answers to what is published.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "acknowledgement.hpp"
#include "connection.hpp"
#include "wakeup.hpp"

namespace shm_bridge {

/// Takes the answers of one connection, and rings the wakeup for each.
class Acknowledgements {
 public:
  /// Throws Unavailable.
  Acknowledgements(const Connection& connection, Wakeup& wakeup);
  Acknowledgements(const Acknowledgements&) = delete;
  Acknowledgements& operator=(const Acknowledgements&) = delete;
  ~Acknowledgements();

  /// Where the server is to send them.
  const char* subject() const noexcept { return subject_.c_str(); }

  /// The highest sequence of the stream that was acknowledged, 0 where none was; and the first that
  /// was not stored, until the next one is asked for.
  struct News {
    std::uint64_t stored = 0;
    std::optional<Acknowledgement> refused;
  };
  News take();

  /// The server is to send the next ones elsewhere: those of what was published by now are left
  /// alone.
  void forget();

 private:
  struct Arrived;

  NatsHandle<natsInbox> inbox_;
  std::string subject_;
  std::uint64_t generation_ = 0;
  std::shared_ptr<Arrived> arrived_;
  NatsHandle<natsSubscription> subscription_;
};

}  // namespace shm_bridge
