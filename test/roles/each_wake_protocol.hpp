// Tests that are run under each wake protocol.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sluice/detail/fence.hpp"
#include "sluice/policy.hpp"

namespace sluice {

inline constexpr std::array eachWakeProtocol{WakeProtocol::membarrier, WakeProtocol::fence,
                                             WakeProtocol::none};

inline std::string nameOfProtocol(const ::testing::TestParamInfo<WakeProtocol>& protocol) {
  if (protocol.param == WakeProtocol::membarrier) return "Membarrier";
  return protocol.param == WakeProtocol::fence ? "Fence" : "None";
}

class UnderEachWakeProtocol : public ::testing::TestWithParam<WakeProtocol> {
 protected:
  void SetUp() override {
    if (GetParam() == WakeProtocol::membarrier && !detail::registerForMembarrier())
      GTEST_SKIP() << "this kernel has no membarrier";
  }
};

}  // namespace sluice
