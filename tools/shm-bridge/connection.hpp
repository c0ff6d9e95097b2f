// A connection to one of the servers.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "nats_handle.hpp"
#include "server_options.hpp"
#include "wakeup.hpp"

namespace shm_bridge {

/// Lives until it is lost, and is never taken up again: what was under way is found out anew, over
/// another one. It rings the wakeup when it is lost, and when the server refuses something.
class Connection {
 public:
  /// Connects to the first server that answers. Throws Unavailable where none does, Refusal where
  /// one does not want this client.
  Connection(const ServerOptions& options, Wakeup& wakeup);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  natsConnection* get() const noexcept { return connection_.get(); }
  jsCtx* jetStream() const noexcept { return jetStream_.get(); }

  std::string url() const;
  std::size_t longestMessage() const;

  /// Throws Unavailable where it is lost, Refusal where the server has refused something.
  void check() const;

 private:
  struct News;

  NatsHandle<natsConnection> connection_;
  NatsHandle<jsCtx> jetStream_;
  std::shared_ptr<News> news_;
};

/// The last error of this thread's calls to libnats, in words.
std::string natsErrorText(natsStatus status);

}  // namespace shm_bridge
