// Rings whose first record has another sequence than 0.
#include <gtest/gtest.h>

#include <cstdint>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using testing::ChildProcess;
using testing::SegmentName;

constexpr Sequence first = (Sequence{1} << 40) + 5;  // no multiple of the capacity

template <class Layout>
class RingThatBeginsLater : public ::testing::Test {
 protected:
  SegmentName name;
  ProducerOptions options{.capacity = 8, .firstSequence = first};
};
using Layouts = ::testing::Types<stamped, packed>;
TYPED_TEST_SUITE(RingThatBeginsLater, Layouts);

TYPED_TEST(RingThatBeginsLater, GivesItsFirstRecordThatSequenceAndCountsOnPastTheWrap) {
  auto ring = Producer<Tick, TypeParam>::create(this->name.str(), this->options).value();
  EXPECT_EQ(ring.lastPublished(), first - 1);
  EXPECT_EQ(ring.lastClaimed(), first - 1);
  auto in =
      Consumer<Tick, TypeParam>::attach(this->name.str(), {.startAt = StartAt::oldest}).value();
  EXPECT_EQ(in.lastCommitted(), first - 1);
  EXPECT_TRUE(in.tryWait().empty());
  for (std::uint64_t n = 0; n < 20; ++n) {
    ring.send(Tick::of(n));
    const auto batch = in.wait();
    ASSERT_EQ(batch.first(), first + n);
    ASSERT_EQ(batch.front().number, n);
    in.commit();
  }
  EXPECT_EQ(ring.lastPublished(), first + 19);
}

TYPED_TEST(RingThatBeginsLater, GivesLateReadersTheOldestThatIsThere) {
  auto ring = Producer<Tick, TypeParam>::create(this->name.str(), this->options).value();
  for (std::uint64_t n = 0; n < 3; ++n)
    ring.send(Tick::of(n));
  auto in =
      Consumer<Tick, TypeParam>::attach(this->name.str(), {.startAt = StartAt::oldest}).value();
  auto out =
      Observer<Tick, TypeParam>::attach(this->name.str(), {.startAt = StartAt::oldest}).value();
  EXPECT_EQ(in.wait().first(), first);
  const auto seen = out.wait();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen.sequence, first);
  EXPECT_EQ(seen.record.number, 0U);
}

TYPED_TEST(RingThatBeginsLater, IsContinuedAtTheNextRecordAfterADeath) {
  ChildProcess dying([&] {
    auto ring = Producer<Tick, TypeParam>::create(this->name.str(), this->options).value();
    ring.send(Tick::of(0));
    return 0;
  });
  ASSERT_EQ(dying.wait(), 0);
  auto ring = Producer<Tick, TypeParam>::open(this->name.str()).value();
  EXPECT_EQ(ring.lastPublished(), first);
  ring.send(Tick::of(1));
  auto in =
      Consumer<Tick, TypeParam>::attach(this->name.str(), {.startAt = StartAt::oldest}).value();
  const auto batch = in.wait();
  EXPECT_EQ(batch.first(), first);
  EXPECT_EQ(batch.size(), 2U);
}

TYPED_TEST(RingThatBeginsLater, IsContinuedBeforeItsFirstRecord) {
  { const auto ring = Producer<Tick, TypeParam>::create(this->name.str(), this->options).value(); }
  auto ring = Producer<Tick, TypeParam>::open(this->name.str()).value();
  EXPECT_EQ(ring.lastPublished(), first - 1);
  auto in = Consumer<Tick, TypeParam>::attach(this->name.str()).value();
  ring.send(Tick::of(7));
  EXPECT_EQ(in.wait().first(), first);
}

TEST(FirstSequence, BeyondAQuarterOfAllIsRefused) {
  SegmentName name;
  const auto ring =
      Producer<Tick>::create(name.str(), {.capacity = 8, .firstSequence = (Sequence{1} << 62) + 1});
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(ring.error().field, "firstSequence");
}

}  // namespace
}  // namespace sluice
