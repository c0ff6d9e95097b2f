// Limits that stand in options: their time runs from each call that takes the options.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <thread>

#include "conformance/conformance.hpp"
#include "support/eventually.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto within = 30ms;

template <class P>
class LimitsInOptions : public Conformance<P> {
 protected:
  /// Calls twice, the second time when a limit that ran from before the first were long over. Each
  /// call must time out, and not before its own time is over.
  template <class Call>
  static void timesOutEachTime(const Call& call) {
    const auto made = Clock::now();
    for (int i = 0; i < 2; ++i) {
      const auto begun = Clock::now();
      const auto result = call();
      EXPECT_GE(Clock::now() - begun, within) << "call " << i;
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().code, ErrorCode::timedOut) << result.error().message();
      ASSERT_TRUE(testing::eventually([&] { return Clock::now() - made > 2 * within; }));
    }
  }
};
TYPED_TEST_SUITE(LimitsInOptions, PortsAndMessages, PortName);

TYPED_TEST(LimitsInOptions, BeginWithEachAttachOfAConsumer) {
  const ConsumerOptions options{.appearWithin = within};
  this->timesOutEachTime([&] { return TypeParam::attach(this->name.str(), options); });
}

TYPED_TEST(LimitsInOptions, BeginWithEachAttachOfAnObserver) {
  const ObserverOptions options{.appearWithin = within};
  this->timesOutEachTime([&] { return TypeParam::observe(this->name.str(), options); });
}

TYPED_TEST(LimitsInOptions, BeginWithEachTakeOver) {
  const auto ring = this->create({.capacity = 8});
  const OpenOptions options{.takeOverWithin = within};
  this->timesOutEachTime([&] { return TypeParam::open(this->name.str(), options); });
}

TYPED_TEST(LimitsInOptions, BeginWithEachCreateOrOpen) {
  const auto ring = this->create({.capacity = 8});
  const ProducerOptions options{.capacity = 8, .takeOverWithin = within};
  this->timesOutEachTime([&] { return TypeParam::createOrOpen(this->name.str(), options); });
}

TYPED_TEST(LimitsInOptions, AreLongEnoughForWhatComesWithinThem) {
  const ConsumerOptions reading{.name = "in", .appearWithin = 60s};
  const OpenOptions opening{.takeOverWithin = 60s};
  std::optional<typename TypeParam::Producer> ring;
  std::jthread creator([&] { ring = this->create({.capacity = 8}); });
  EXPECT_TRUE(TypeParam::attach(this->name.str(), reading));
  creator.join();
  std::jthread leaver([&] { ring.reset(); });
  EXPECT_TRUE(TypeParam::open(this->name.str(), opening));
}

TYPED_TEST(LimitsInOptions, EndWithAStopToo) {
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  const WaitLimit limit(60s, stop.get_token());
  EXPECT_EQ(TypeParam::attach(this->name.str(), {.appearWithin = limit}).error().code,
            ErrorCode::stopped);
  EXPECT_EQ(TypeParam::observe(this->name.str(), {.appearWithin = limit}).error().code,
            ErrorCode::stopped);
  const auto ring = this->create({.capacity = 8});
  EXPECT_EQ(TypeParam::open(this->name.str(), {.takeOverWithin = limit}).error().code,
            ErrorCode::stopped);
}

}  // namespace
}  // namespace sluice::conformance
