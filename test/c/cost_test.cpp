// What the calls of sluice.h cost in instructions.
#include <gtest/gtest.h>

#include <cstdio>

#include "support/instructions.hpp"
#include "support/sanitizers.hpp"

namespace sluice {
namespace {

using testing::instructionsPerTurn;

// About one more than is counted now, so that a change that costs is seen: a higher limit needs a
// reason.
constexpr double publishLimit = 34.5;
constexpr double consumeLimit = 99;
constexpr double loop = 3;

TEST(Cost, OfARecordFromCInInstructionsIsWhatItWas) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers add instructions";
  const double publish = instructionsPerTurn("counted_c", "publish", "counted_publish_of_c") - loop;
  const double relay = instructionsPerTurn("counted_c", "relay", "counted_relay_of_c") - loop;
  std::printf("from C, claim_one + write 8 bytes + publish: %.2f instructions\n", publish);
  std::printf("from C, wait + read + commit: %.2f instructions\n", relay - publish);
  EXPECT_LE(publish, publishLimit);
  EXPECT_LE(relay - publish, consumeLimit);
}

}  // namespace
}  // namespace sluice
