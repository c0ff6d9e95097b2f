#include "systems/left_out.hpp"

#include "systems/lmax.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {

std::vector<LeftOut> peersLeftOut() {
  std::vector<LeftOut> leftOut;
  const auto look = [&](bool isThere, const char* peer, const char* packages) {
    if (!isThere)
      leftOut.push_back({peer, std::string("not there when this was built: ") + packages});
  };
  look(dpdkStream().has_value(), "DPDK", "libdpdk-dev");
  look(lmaxIsThere(), "LMAX Disruptor", "libdisruptor-java, default-jdk-headless");
  look(iceoryxStream().has_value(), "iceoryx", "libiceoryx-posh-dev, libacl1-dev");
  look(zeroMqStream().has_value(), "ZeroMQ", "libzmq3-dev");
#ifndef SLUICE_BENCH_BRIDGE
  look(false, "NATS, and with it the workload bridge", "libnats-dev, nats-server");
#endif
  return leftOut;
}

}  // namespace sluice::bench
