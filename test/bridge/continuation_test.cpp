// Where a ring goes on in its stream.
#include "continuation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "batch_heads.hpp"
#include "refusal.hpp"

namespace shm_bridge {
namespace {

using ::testing::HasSubstr;

const SegmentId ring = ringNumber(7);

StreamEnd endWith(const BatchHead& head) {
  return {
      .stream = "S", .lastSequence = 12, .last = StreamEnd::Last::batch, .head = head, .fault = {}};
}

StreamEnd endOf(StreamEnd::Last last, std::uint64_t lastSequence) {
  StreamEnd end;
  end.stream = "S";
  end.lastSequence = lastSequence;
  end.last = last;
  end.fault = "no header";
  return end;
}

std::string refusalOf(const StreamEnd& end, const Permissions& permissions = {}) {
  try {
    continuationOf(end, ring, "bridge", permissions);
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
  return "none";
}

TEST(Continuation, OfAnEmptyStreamIsWhereTheConsumerStands) {
  const auto at = continuationOf(endOf(StreamEnd::Last::none, 0), ring, "bridge", {});
  EXPECT_EQ(at.streamLast, 0u);
  EXPECT_FALSE(at.next);
  EXPECT_EQ(at.part, 1u);
}

TEST(Continuation, OfOurOwnRecordsIsTheNextOneInTheSamePart) {
  const auto at = continuationOf(endWith(tickBatch(100, 20, 3)), ring, "bridge", {});
  EXPECT_EQ(at.streamLast, 12u);
  EXPECT_EQ(at.next, 120u);
  EXPECT_EQ(at.part, 3u);
  EXPECT_FALSE(at.end);
}

TEST(Continuation, OfARingWhoseEndIsSentIsThatEnd) {
  BatchHead head = tickBatch(100, 0);
  head.end = RingEnd::closed;
  EXPECT_EQ(continuationOf(endWith(head), ring, "bridge", {}).end, RingEnd::closed);
}

TEST(Continuation, OfAnotherRingIsRefusedUnlessANewOneMayFollow) {
  BatchHead head = tickBatch(100, 20);
  head.ring = ringNumber(6);
  EXPECT_THAT(refusalOf(endWith(head)), HasSubstr("--new-ring follow"));
  const auto at = continuationOf(endWith(head), ring, "bridge", {.followNewRing = true});
  EXPECT_FALSE(at.next);
  EXPECT_EQ(at.part, 13u) << "the stream's sequence of its first message";
}

TEST(Continuation, OfASecondBridgeIsRefusedWithTheNameOfTheFirst) {
  BatchHead head = tickBatch(100, 20);
  head.bridge = "other";
  EXPECT_THAT(refusalOf(endWith(head), {.followNewRing = true, .resume = true}),
              HasSubstr("--name other"));
}

TEST(Continuation, WithoutTheLastMessageIsRefusedUnlessToldWhere) {
  const StreamEnd end = endOf(StreamEnd::Last::removed, 12);
  EXPECT_THAT(refusalOf(end), HasSubstr("--resume-at"));
  const auto atCommit = continuationOf(end, ring, "bridge", {.resume = true});
  EXPECT_FALSE(atCommit.next);
  EXPECT_EQ(atCommit.streamLast, 12u);
  EXPECT_EQ(atCommit.part, 13u);
  EXPECT_EQ(continuationOf(end, ring, "bridge", {.resume = true, .resumeAt = 55}).next, 55u);
}

TEST(Continuation, BehindAForeignMessageIsRefused) {
  EXPECT_THAT(refusalOf(endOf(StreamEnd::Last::foreign, 12)), HasSubstr("--skip-foreign"));
}

}  // namespace
}  // namespace shm_bridge
