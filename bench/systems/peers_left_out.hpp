// Says which optional peers this machine has not, so that nobody takes a table for complete.
#pragma once

#include <fmt/format.h>

#include "systems/lmax.hpp"

namespace sluice::bench {

inline void tellPeersLeftOut() {
#ifndef SLUICE_BENCH_ZEROMQ
  fmt::print("left out: ZeroMQ; libzmq3-dev was not there to build with\n");
#endif
  if (!lmaxIsThere())
    fmt::print(
        "left out: LMAX Disruptor; libdisruptor-java or a JDK was not there to build with\n");
#ifndef SLUICE_BENCH_ICEORYX
  fmt::print("left out: iceoryx; libiceoryx-posh-dev or libacl1-dev was not there to build with\n");
#endif
}

}  // namespace sluice::bench
