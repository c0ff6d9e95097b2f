// The daemon of Eclipse iceoryx.
#pragma once

#include <sys/types.h>

#include <string>

#include "support/child_process.hpp"
#include "support/shared_memory.hpp"

namespace sluice::bench {

/// RouDi with its defaults, in a process of its own; there when the constructor returns, which
/// throws where another RouDi is running. Its own program would not do: it ends with an assertion
/// when processes are gone that have not said so, and leaves its memory behind.
class IceoryxDaemon {
 public:
  IceoryxDaemon();
  /// Removes the sockets and locks that its users left behind when they just ended.
  ~IceoryxDaemon();
  IceoryxDaemon(const IceoryxDaemon&) = delete;
  IceoryxDaemon& operator=(const IceoryxDaemon&) = delete;

  /// What the names begin with that processes forked by that one are known to it by.
  static std::string prefixOfUsersFrom(pid_t parent);

 private:
  SharedMemory memory_;
  ChildProcess process_;
};

}  // namespace sluice::bench
