// Three servers that keep a stream together.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "server/bridged.hpp"
#include "server/nats_admin.hpp"

namespace shm_bridge {
namespace {

class Cluster : public Bridged {
 protected:
  NatsCluster cluster_{(std::filesystem::create_directory(scratch_.path() + "/cluster"),
                        scratch_.path() + "/cluster")};
};

TEST_F(Cluster, GoesOnWithEachRecordOnceWhenItsLeaderIsKilled) {
  url_ = cluster_.urls();
  auto ring = createRing();
  Bridge sender = out({"--replicas", "3", "--batch", "1600"});
  Bridge receiver = in();
  send(ring, 1000);
  Reader reader = attachThere();
  expectUpTo(reader, 999);
  const std::string leader = NatsAdmin(url_).leader();
  ASSERT_EQ(leader.size(), 2U) << leader;
  NatsServer& victim = cluster_[leader[1] - '0'];
  send(ring, 500);  // some of it is on its way
  victim.kill();
  send(ring, 500);
  expectUpTo(reader, 1999);
  victim.start();
  send(ring, 1000);
  expectUpTo(reader, 2999);
}

}  // namespace
}  // namespace shm_bridge
