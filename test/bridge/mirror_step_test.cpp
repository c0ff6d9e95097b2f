// What a mirror ring does with the next batch.
#include "mirror_step.hpp"

#include <gtest/gtest.h>

#include "batch_heads.hpp"
#include "refusal.hpp"

namespace shm_bridge {
namespace {

using Kind = MirrorStep::Kind;

constexpr MirrorPosition at(sluice::Sequence next, std::uint64_t part = 1) {
  MirrorPosition position;
  position.ring.back() = 7;
  position.part = part;
  position.next = next;
  return position;
}

TEST(MirrorStep, TakesWhatFollowsAndLeavesOutWhatIsThere) {
  const auto next = stepOf(tickBatch(100, 10), at(100));
  EXPECT_EQ(next.kind, Kind::take);
  EXPECT_EQ(next.known, 0u);
  EXPECT_EQ(stepOf(tickBatch(100, 10), at(104)).known, 4u);
  EXPECT_EQ(stepOf(tickBatch(100, 10), at(110)).known, 10u);
  EXPECT_EQ(stepOf(tickBatch(100, 10), at(500)).known, 10u);
}

TEST(MirrorStep, SeesAGapInAPartAndBetweenParts) {
  EXPECT_EQ(stepOf(tickBatch(101, 10), at(100)).kind, Kind::gap);
  EXPECT_EQ(stepOf(tickBatch(101, 10, 5), at(100)).kind, Kind::gap);
}

TEST(MirrorStep, GoesOnInALaterPartThatHasNoGap) {
  EXPECT_EQ(stepOf(tickBatch(100, 10, 5), at(100)).kind, Kind::take);
  const auto repeated = stepOf(tickBatch(90, 20, 5), at(100));
  EXPECT_EQ(repeated.kind, Kind::take);
  EXPECT_EQ(repeated.known, 10u) << "what is sent twice is taken once";
}

TEST(MirrorStep, SeesAnotherRing) {
  BatchHead other = tickBatch(0, 1, 2);
  other.ring = ringNumber(8);
  EXPECT_EQ(stepOf(other, at(100)).kind, Kind::newRing);
}

TEST(MirrorStep, GoesOnInAStreamThatIsShorterByNowWithRecordsOfItsRing) {
  EXPECT_EQ(stepOf(tickBatch(100, 10, 4), at(100, 5)).kind, Kind::take);
  EXPECT_EQ(stepOf(tickBatch(90, 20, 4), at(100, 5)).known, 10u);
  EXPECT_EQ(stepOf(tickBatch(101, 10, 4), at(100, 5)).kind, Kind::gap);
}

TEST(MirrorStep, RefusesAnotherRingInAStreamThatWasMadeAnew) {
  BatchHead other = tickBatch(0, 1, 5);
  other.ring = ringNumber(8);
  EXPECT_THROW(stepOf(other, at(100, 5)), Refusal);
}

TEST(News, AreRecordsOrAnEndOrARingThatTheMirrorRingDoesNotHave) {
  EXPECT_TRUE(isNews(tickBatch(100, 10), at(109)));
  EXPECT_FALSE(isNews(tickBatch(100, 10), at(110)));
  EXPECT_FALSE(isNews(tickBatch(0, 1, 2), at(110)));
  EXPECT_TRUE(isNews(tickBatch(110, 1, 2), at(110, 3)));
  BatchHead other = tickBatch(0, 1, 2);
  other.ring = ringNumber(8);
  EXPECT_TRUE(isNews(other, at(110)));
  EXPECT_FALSE(isNews(other, at(110, 3)));
  BatchHead end = tickBatch(110, 0);
  end.end = RingEnd::closed;
  EXPECT_TRUE(isNews(end, at(110)));
  EXPECT_FALSE(isNews(end, at(111)));
}

}  // namespace
}  // namespace shm_bridge
