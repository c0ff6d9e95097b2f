// A server of NATS with file storage, for the time of a run.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "support/child_process.hpp"

namespace sluice::bench {

/// On a port of its own, with its store below /tmp, which goes with it. Throws where it cannot be
/// had.
class NatsServer {
 public:
  NatsServer();
  ~NatsServer();
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  const std::string& url() const noexcept { return url_; }

 private:
  std::string directory_;
  std::string url_;
  std::unique_ptr<ChildProcess> process_;
};

/// Executes a program in place of this process; its output is kept in that file.
void execute(const std::string& outputPath, std::initializer_list<std::string> command);

}  // namespace sluice::bench
