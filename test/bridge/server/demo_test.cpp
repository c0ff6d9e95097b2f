// examples/bridge/demo.sh, run as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/shell_command.hpp"

namespace shm_bridge {
namespace {

TEST(BridgeDemo, CarriesTheFlightsByteForByteThoughItsServerIsKilled) {
  const std::string build = std::filesystem::path(SLUICE_EXAMPLES_DIR).parent_path();
  const auto ran = sluice::testing::run(
      "bash -c 'echo $$; exec " SLUICE_SOURCE_DIR "/examples/bridge/demo.sh " + build + " 5' 2>&1");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, ::testing::HasSubstr("identical, byte for byte"));
  EXPECT_THAT(ran.output, ::testing::HasSubstr("100000 flights)"));
  const std::string process = ran.output.substr(0, ran.output.find('\n'));
  EXPECT_FALSE(std::filesystem::exists("/dev/shm/bridge-demo-" + process));
}

}  // namespace
}  // namespace shm_bridge
