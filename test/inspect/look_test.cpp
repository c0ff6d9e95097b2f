#include "inspect/look.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>
#include <vector>

#include "inspect/image_file.hpp"

namespace sluice::inspect {
namespace {

using detail::ProducerState;
using detail::RowState;
using detail::RowWord;
using testing::atOnce;
using ::testing::ElementsAre;
using testing::faultsOf;
using ::testing::HasSubstr;
using testing::ImageFile;
using ::testing::IsEmpty;
using testing::SegmentImage;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr Sequence nothing = noSequence;

bool hasNote(const Snapshot& snapshot, const std::string& text) {
  for (const Finding& finding : snapshot.findings)
    if (finding.severity == Severity::note && finding.text.find(text) != std::string::npos)
      return true;
  return false;
}

TEST(Look, AFreshSegmentIsHealthyAndShowsWhatItsCreatorChose) {
  ImageFile file;
  const Snapshot snapshot = file.look();
  EXPECT_THAT(snapshot.findings, IsEmpty()) << faultsOf(snapshot);
  EXPECT_TRUE(snapshot.healthy());
  EXPECT_TRUE(snapshot.sameBoot);
  EXPECT_EQ(snapshot.path, file.path());
  EXPECT_EQ(snapshot.fileSize, file.image.bytes().size());
  ASSERT_TRUE(snapshot.geometry);
  EXPECT_EQ(snapshot.geometry->capacity, 16U);
  ASSERT_TRUE(snapshot.header);
  EXPECT_EQ(recordNameOf(*snapshot.header), "Quote");
  ASSERT_EQ(snapshot.fields.size(), 4U);
  EXPECT_EQ(snapshot.fields[1].name, "price");
  EXPECT_EQ(snapshot.fields[1].kind, FieldKind::real);
  ASSERT_TRUE(snapshot.producer);
  EXPECT_EQ(snapshot.producer->state, ProducerState::live);
  EXPECT_TRUE(snapshot.producer->alive);
  EXPECT_EQ(snapshot.producer->term, 1U);
  EXPECT_EQ(snapshot.producer->stream.cursor, nothing);
  EXPECT_EQ(snapshot.producer->stream.published, nothing);
  EXPECT_EQ(snapshot.producer->process.pid, detail::currentProcess().pid);
  EXPECT_THAT(snapshot.consumers, IsEmpty());
  EXPECT_THAT(snapshot.slowest, IsEmpty());
}

TEST(Look, ShowsEachConsumerItsLagAndWhoGates) {
  ImageFile file;
  file.image.publish(20);
  file.image.join(0, "risk", 17);
  file.image.join(2, "journal", 9);
  file.image.consumer(2).asleepFor.store(10 + 1, relaxed);
  file.image.consumer(2).evictAfter.store(5'000'000, relaxed);
  file.image.consumer(2).upstream[1].store(std::uint64_t{1} << 32 | (0 + 1), relaxed);
  file.image.view()
      .doorbell(detail::consumerParticipant(2))
      .store(detail::DoorbellValue{3}.armedFor(10).word, relaxed);
  file.image.view().membership().count.store(4, relaxed);
  file.save();
  const auto risk = file.holdLease(detail::consumerParticipant(0));
  const auto journal = file.holdLease(detail::consumerParticipant(2));
  const auto producer = file.holdLease(detail::producerParticipant);
  const Snapshot snapshot = look(file.segmentPath(), atOnce).value();

  EXPECT_EQ(faultsOf(snapshot), "");
  ASSERT_EQ(snapshot.consumers.size(), 2U);
  const ConsumerFacts& first = snapshot.consumers[0];
  EXPECT_EQ(first.row, 0U);
  EXPECT_EQ(first.name, "risk");
  EXPECT_TRUE(first.alive);
  EXPECT_EQ(first.cursor, 17U);
  EXPECT_EQ(first.joinedAt, 18U);
  EXPECT_EQ(first.lag, 2U);
  EXPECT_FALSE(first.asleepFor);
  EXPECT_EQ(first.rowWord.generation(), 1U);
  const ConsumerFacts& second = snapshot.consumers[1];
  EXPECT_EQ(second.row, 2U);
  EXPECT_EQ(second.lag, 10U);
  EXPECT_EQ(second.asleepFor, Sequence{10});
  EXPECT_EQ(second.evictAfter, 5'000'000U);
  ASSERT_EQ(second.upstream.size(), 1U);
  EXPECT_EQ(second.upstream[0].row, 0U);
  EXPECT_EQ(second.upstream[0].generation, 1U);
  EXPECT_TRUE(second.doorbell.armed());
  EXPECT_EQ(second.doorbell.epoch(), 3U);
  EXPECT_THAT(snapshot.slowest, ElementsAre(2));
  EXPECT_EQ(snapshot.membership, 4U);
}

TEST(Look, ConsumersThatAreEquallySlowGateTogether) {
  ImageFile file;
  file.image.publish(5);
  file.image.join(0, "a", 2);
  file.image.join(1, "b", 4);
  file.image.join(2, "c", 2);
  EXPECT_THAT(file.look().slowest, ElementsAre(0, 2));
}

TEST(Look, AConsumerThatIsStillJoiningIsNotJudgedByTheLowCursorItShows) {
  ImageFile file;
  file.image.publish(40);
  file.image.join(0, "late", 3);
  file.image.consumer(0).joinedAt.store(40, relaxed);
  file.save();
  const auto consumer = file.holdLease(detail::consumerParticipant(0));
  const Snapshot snapshot = file.look();
  EXPECT_EQ(faultsOf(snapshot), "");
  EXPECT_TRUE(snapshot.consumers.at(0).isJoining());
}

TEST(Look, AnEvictedConsumerDoesNotGate) {
  ImageFile file;
  file.image.publish(16);
  file.image.join(0, "slow", nothing);
  file.image.publish(10);
  file.image.consumer(0).row.store(RowWord::of(1, RowState::evicted).word, relaxed);
  const Snapshot snapshot = file.look();
  EXPECT_EQ(faultsOf(snapshot), "");
  EXPECT_THAT(snapshot.slowest, IsEmpty());
  EXPECT_EQ(snapshot.consumers.size(), 1U);
}

TEST(Look, WhatIsPublishedIsTheCursorAndTheStampsAfterItUpToTheClaim) {
  ImageFile file;
  file.image.publish(3);
  file.image.stampWithoutCursor(3);
  file.image.stampWithoutCursor(4);
  file.image.producer().claimed.sequence.store(5, relaxed);
  file.image.producer().limit.sequence.store(5, relaxed);
  const Snapshot snapshot = file.look();
  EXPECT_EQ(snapshot.producer->stream.cursor, 2U);
  EXPECT_EQ(snapshot.producer->stream.published, 4U);
  EXPECT_EQ(snapshot.producer->stream.claimed, 5U);
  EXPECT_EQ(faultsOf(snapshot), "");
}

TEST(Look, AConsumerThatFollowedTheStampsPastTheCursorIsHealthy) {
  ImageFile file;
  file.image.publish(3);
  file.image.stampWithoutCursor(3);
  file.image.join(0, "fast", 3);
  file.save();
  const auto producer = file.holdLease(detail::producerParticipant);
  const auto consumer = file.holdLease(detail::consumerParticipant(0));
  const Snapshot snapshot = look(file.segmentPath(), atOnce).value();
  EXPECT_EQ(faultsOf(snapshot), "");
  EXPECT_EQ(snapshot.consumers.at(0).lag, 0U);
}

TEST(Look, StampsPastTheClaimAreNotPublished) {
  ImageFile file;
  file.image.publish(8);
  file.image.producer().cursor.sequence.store(3, relaxed);
  file.image.producer().claimed.sequence.store(5, relaxed);
  EXPECT_EQ(file.look().producer->stream.published, 5U);
}

TEST(Look, InThePackedLayoutTheCursorAloneIsPublished) {
  ImageFile file(testing::quoteChoices(SlotLayout::packed));
  file.image.publish(3);
  file.image.stampWithoutCursor(3);
  EXPECT_EQ(file.look().producer->stream.published, 2U);
}

TEST(Look, ARingThatOneConsumerFillsSaysSoAndIsHealthy) {
  ImageFile file;
  file.image.join(1, "slow", nothing);
  file.image.publish(16);
  file.save();
  const auto producer = file.holdLease(detail::producerParticipant);
  const auto consumer = file.holdLease(detail::consumerParticipant(1));
  const Snapshot snapshot = look(file.segmentPath(), atOnce).value();
  EXPECT_TRUE(snapshot.healthy()) << faultsOf(snapshot);
  EXPECT_TRUE(hasNote(snapshot, "the ring is full: the producer waits for consumer 'slow' (row 1"));
}

TEST(Look, AProducerThatLeftOrClosedIsHealthyAndToldOf) {
  ImageFile file;
  file.image.publish(3);
  for (const auto& [state, text] : {std::pair{ProducerState::left, "has left"},
                                    std::pair{ProducerState::closed, "was closed"}}) {
    file.image.producer().state.store(state, relaxed);
    file.save();
    const Snapshot snapshot = look(file.segmentPath(), atOnce).value();
    EXPECT_TRUE(snapshot.healthy()) << faultsOf(snapshot);
    EXPECT_TRUE(hasNote(snapshot, text)) << text;
  }
}

TEST(Look, AProducerThatIsLiveWithoutItsLeaseHasDied) {
  ImageFile file;
  file.save();
  const Snapshot snapshot = look(file.segmentPath(), atOnce).value();
  EXPECT_FALSE(snapshot.producer->alive);
  EXPECT_THAT(faultsOf(snapshot), HasSubstr("died without leaving"));
}

TEST(Look, AConsumerWithoutItsLeaseIsGoneAndItsPolicySaysWhatTheProducerDoes) {
  ImageFile file;
  file.image.publish(3);
  file.image.join(2, "risk", 1);
  const Snapshot released = file.look();
  EXPECT_EQ(faultsOf(released), "");
  EXPECT_TRUE(hasNote(released, "is gone; the producer goes on without it once the ring is full"));
  file.image.consumer(2).onDeath.store(OnDeath::hold, relaxed);
  const Snapshot held = file.look();
  EXPECT_EQ(faultsOf(held), "");
  EXPECT_TRUE(hasNote(held, "is held for a successor"));
}

TEST(Look, ALifelineThatTheKernelMarkedIsShown) {
  ImageFile file;
  file.image.view().lifeline(0).word.store(0x4000'0000U, relaxed);
  EXPECT_TRUE(file.look().producer->marked);
}

TEST(Look, SequencesThatHaveGoneRoundAreComparedModulo) {
  ImageFile file;
  for (std::atomic<std::uint64_t>* word :
       {&file.image.producer().cursor.sequence, &file.image.producer().claimed.sequence,
        &file.image.producer().limit.sequence})
    word->store(nothing - 4, relaxed);
  file.image.publish(9);
  file.image.join(0, "risk", nothing - 2);
  file.save();
  const auto consumer = file.holdLease(detail::consumerParticipant(0));
  const Snapshot snapshot = file.look();
  EXPECT_EQ(faultsOf(snapshot), "");
  EXPECT_EQ(snapshot.producer->stream.published, 4U);
  EXPECT_EQ(snapshot.consumers.at(0).lag, 7U);
}

TEST(Look, AMissingNameIsAnErrorAndABadOneToo) {
  const testing::ScratchDirectory directory;
  EXPECT_EQ(look({directory.path(), "none"}, atOnce).error().code, ErrorCode::notFound);
  EXPECT_EQ(look({directory.path(), "a/b"}, atOnce).error().code, ErrorCode::invalidArgument);
}

TEST(Look, ADirectoryOrAFifoIsNoSegmentAndDoesNotBlock) {
  const testing::ScratchDirectory directory;
  std::filesystem::create_directory(directory.path() + "/folder");
  ASSERT_EQ(mkfifo((directory.path() + "/fifo").c_str(), 0600), 0);
  EXPECT_FALSE(look({directory.path(), "folder"}, atOnce));
  EXPECT_FALSE(look({directory.path(), "fifo"}, atOnce));
}

TEST(LookAtAll, FindsTheSegmentsOfADirectoryAndPassesOverOtherFiles) {
  const testing::ScratchDirectory directory;
  SegmentImage().save(directory.path() + "/b");
  SegmentImage().save(directory.path() + "/a");
  std::ofstream(directory.path() + "/other") << "not a segment";
  std::ofstream(directory.path() + "/empty").flush();
  SegmentImage().save(directory.path() + "/short", 100);
  const auto snapshots = lookAtAll(directory.path(), atOnce).value();
  ASSERT_EQ(snapshots.size(), 3U);
  EXPECT_EQ(snapshots[0].path, directory.path() + "/a");
  EXPECT_EQ(snapshots[1].path, directory.path() + "/b");
  EXPECT_EQ(snapshots[2].path, directory.path() + "/short");
  EXPECT_FALSE(snapshots[2].healthy());
}

TEST(LookAtAll, ADirectoryThatIsNotThereIsAnError) {
  EXPECT_FALSE(lookAtAll("/nowhere/at/all", atOnce));
}

}  // namespace
}  // namespace sluice::inspect
