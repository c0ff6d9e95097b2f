#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/shell_command.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::HasSubstr;
using testing::Ran;
using testing::SegmentName;
using Ring = Producer<std::uint64_t>;
using Reader = Consumer<std::uint64_t>;

Ran shmRm(const std::string& arguments) {
  return testing::run(SLUICE_TOOLS_DIR "/shm-rm " + arguments + " 2>&1");
}

TEST(ShmRm, RemovesASegmentThatNobodyLivesIn) {
  SegmentName name;
  { const auto ring = Ring::create(name.str(), {.capacity = 4}).value(); }
  const Ran ran = shmRm(name.str());
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(Ring::open(name.str()).error().code, ErrorCode::notFound);
}

TEST(ShmRm, RefusesWhileAProducerLivesAndForcedLeavesItUndisturbed) {
  SegmentName name;
  auto ring = Ring::create(name.str(), {.capacity = 4}).value();
  const Ran refused = shmRm(name.str());
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("a producer that lives"));
  auto in = Reader::attach(name.str()).value();
  EXPECT_EQ(shmRm(name.str() + " --force").status, 0);
  EXPECT_EQ(Reader::attach(name.str()).error().code, ErrorCode::notFound);
  ring.claimOne() = 7;
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(in.wait().front(), 7u);
}

TEST(ShmRm, RefusesWhileAConsumerLivesAndNamesIt) {
  SegmentName name;
  auto ring = std::make_unique<Ring>(Ring::create(name.str(), {.capacity = 4}).value());
  auto in = Reader::attach(name.str(), {.name = "risk"}).value();
  ring.reset();
  const Ran refused = shmRm(name.str());
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("consumer 'risk', which lives"));
}

TEST(ShmRm, RemovesADeadConsumerThatHoldsTheRing) {
  SegmentName name;
  auto ring = Ring::create(name.str(), {.capacity = 4}).value();
  ChildProcess reader([&] {
    const auto in =
        Reader::attach(name.str(), {.name = "journal", .onDeath = OnDeath::hold}).value();
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_EQ(ring.waitForConsumers({"journal"}, 60s), Status::ok);
  while (ring.claimOne(WaitLimit::now()))
    ring.publish();
  const Ran refused = shmRm(name.str() + " --consumer journal");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("a living consumer named 'journal'"));

  reader.signal(SIGKILL);
  ASSERT_EQ(reader.wait(), -1000 - SIGKILL);
  EXPECT_FALSE(ring.claimOne(WaitLimit(300ms)));
  EXPECT_EQ(shmRm(name.str() + " --consumer somebody").status, 2);
  const Ran removed = shmRm(name.str() + " --consumer journal");
  EXPECT_EQ(removed.status, 0) << removed.output;
  EXPECT_TRUE(ring.claimOne(WaitLimit(60s)));
  EXPECT_EQ(shmRm(name.str() + " --consumer journal").status, 2);
}

TEST(ShmRm, TellsWhyItCannot) {
  SegmentName name;
  const Ran missing = shmRm(name.str());
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.output, HasSubstr(name.str()));
  EXPECT_EQ(shmRm("").status, 2);
  EXPECT_EQ(shmRm("../etc/passwd").status, 2);
  EXPECT_EQ(shmRm(name.str() + " --force --consumer x").status, 2);
  EXPECT_EQ(shmRm(name.str() + " --consumer ''").status, 2);
  EXPECT_EQ(shmRm("--help").status, 0);
  EXPECT_EQ(shmRm("--version").status, 0);
}

TEST(ShmRm, OpenersThatMeetItAreToldThatTheNameIsGoneAndNothingElse) {
  for (int round = 0; round < 50; ++round) {
    SegmentName name;
    { const auto ring = Ring::create(name.str(), {.capacity = 4, .maxConsumers = 1}).value(); }
    ChildProcess opener([&] {
      for (;;) {
        const auto ring = Ring::open(name.str());
        if (!ring) return ring.error().code == ErrorCode::notFound ? 0 : 1;
      }
    });
    EXPECT_TRUE(testing::eventually([&] { return bool(removeSegment(name.str())); }));
    EXPECT_EQ(opener.wait(), 0);
  }
}

}  // namespace
}  // namespace sluice
