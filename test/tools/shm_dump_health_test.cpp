// What shm-dump says of participants that live and do nothing, and of those that are gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "dumped_image.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::AllOf;
using testing::ChildProcess;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SegmentName;
using Ring = Producer<std::uint64_t>;
using Reader = Consumer<std::uint64_t>;

class ShmDumpHealth : public ::testing::Test {
 protected:
  Ran dump(const std::string& arguments = "") const {
    return run("$D " + name_.str() + " " + arguments + " 2>&1");
  }
  Ring create() const { return Ring::create(name_.str(), {.capacity = 4}).value(); }
  ChildProcess consumer(std::chrono::nanoseconds evictAfter = {}) const {
    return ChildProcess([this, evictAfter] {
      const auto in = Reader::attach(name_.str(), {.name = "risk", .evictAfter = evictAfter});
      for (; in;)
        ::pause();
      return 0;
    });
  }
  /// What shm-dump says as soon as it says that.
  Ran dumpThatSays(const std::string& text) const {
    Ran ran;
    testing::eventually([&] {
      ran = dump();
      return ran.output.find(text) != std::string::npos;
    });
    return ran;
  }

  SegmentName name_;
};

TEST_F(ShmDumpHealth, TellsOfAStoppedConsumer) {
  auto ring = create();
  const ChildProcess reader = consumer();
  ASSERT_EQ(ring.waitForConsumers({"risk"}, 60s), Status::ok);
  EXPECT_THAT(dump().output, Not(HasSubstr("stopped")));
  reader.signal(SIGSTOP);
  const Ran ran = dumpThatSays("is stopped by a signal");
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.output, ContainsRegex("note: consumer 'risk' .*is stopped by a signal"));
  EXPECT_THAT(ran.output, HasSubstr("live, stopped"));
  EXPECT_THAT(run("$D --list").output, ContainsRegex(name_.str() + ".*healthy: .*is stopped"));
  const json document = json::parse(dump("--json").output);
  EXPECT_EQ(document.at("consumers").at(0).at("stopped"), true);
  EXPECT_EQ(document.at("producer").at("stopped"), false);
}

TEST_F(ShmDumpHealth, TellsOfAStoppedProducer) {
  const ChildProcess writer([this] {
    const auto ring = create();
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_THAT(dumpThatSays("live, alive").output, HasSubstr("live, alive"));
  writer.signal(SIGSTOP);
  EXPECT_THAT(dumpThatSays("is stopped by a signal").output,
              ContainsRegex("note: the producer .*is stopped by a signal"));
}

TEST_F(ShmDumpHealth, TellsOfAConsumerThatHasStalledOnAFullRing) {
  auto ring = create();
  const ChildProcess reader = consumer();
  ASSERT_EQ(ring.waitForConsumers({"risk"}, 60s), Status::ok);
  EXPECT_THAT(dump().output, Not(HasSubstr("stalled")));
  while (ring.claimOne(WaitLimit::now()))
    ASSERT_EQ(ring.publish(), Status::ok);
  const Ran ran = dump();
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.output, ContainsRegex("note: consumer 'risk' .* has stalled: it committed"));
}

TEST_F(ShmDumpHealth, TellsWhatAnEvictedConsumerLostAndCountsItWhileItLives) {
  auto ring = create();
  ChildProcess reader = consumer(1ms);
  ASSERT_EQ(ring.waitForConsumers({"risk"}, 60s), Status::ok);
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(ring.claimOne(WaitLimit(60s)));
    ASSERT_EQ(ring.publish(), Status::ok);
  }
  const Ran living = dump();
  EXPECT_EQ(living.status, 0);
  EXPECT_THAT(living.output, AllOf(HasSubstr(" was evicted "),
                                   HasSubstr(" ago: 7 records are lost to it so far, from 0 on")));
  EXPECT_THAT(living.output, HasSubstr("\nconsumers: 1 of 64\n"));

  reader.signal(SIGKILL);
  reader.wait();
  const Ran gone = dumpThatSays("and is gone");
  EXPECT_THAT(gone.output, HasSubstr(" ago, and is gone: 7 records are lost"));
  EXPECT_THAT(gone.output, HasSubstr("\nconsumers: 0 of 64; 1 evicted and gone, remembered\n"));
  const json document = json::parse(dump("--json").output);
  EXPECT_EQ(document.at("consumerCount"), 0);
  EXPECT_EQ(document.at("consumers").at(0).at("lostCount"), 7);
  EXPECT_EQ(document.at("consumers").at(0).at("lostFrom"), 0);
  EXPECT_THAT(run("$D --list").output, ContainsRegex(name_.str() + " .*alive +0 +healthy: "));
}

}  // namespace
}  // namespace sluice
