// The daemon of Eclipse iceoryx.
#pragma once

#include "support/child_process.hpp"
#include "support/shared_memory.hpp"

namespace sluice::bench {

/// RouDi with its defaults, in a process of its own; there when the constructor returns, which
/// throws where another RouDi is running. Its own program would not do: it ends with an assertion
/// when processes are gone that have not said so, and leaves its memory behind.
class IceoryxDaemon {
 public:
  IceoryxDaemon();
  ~IceoryxDaemon();
  IceoryxDaemon(const IceoryxDaemon&) = delete;
  IceoryxDaemon& operator=(const IceoryxDaemon&) = delete;

 private:
  SharedMemory memory_;
  ChildProcess process_;
};

}  // namespace sluice::bench
