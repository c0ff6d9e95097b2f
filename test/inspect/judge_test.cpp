#include "inspect/judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "inspect/image_file.hpp"

namespace sluice::inspect {
namespace {

using detail::RowState;
using detail::RowWord;
using ::testing::HasSubstr;
using testing::ImageFile;

constexpr auto relaxed = std::memory_order_relaxed;

std::string notesOf(const Snapshot& snapshot) {
  std::string text;
  for (const Finding& finding : snapshot.findings)
    if (finding.severity == Severity::note) text += finding.text + "\n";
  return text;
}

TEST(Judge, AccusesTheConsumerThatTheOtherRunsAfter) {
  ImageFile file;
  for (const std::uint32_t upstream : {0U, 1U}) {
    const std::uint32_t downstream = 1 - upstream;
    file.image.join(upstream, "first", noSequence);
    file.image.join(downstream, "second", noSequence);
    file.image.consumer(upstream).upstream[0].store(0, relaxed);
    file.image.consumer(downstream)
        .upstream[0]
        .store(std::uint64_t{1} << 32 | (upstream + 1), relaxed);
    if (upstream == 0) file.image.publish(16);
    EXPECT_THAT(notesOf(file.look()), HasSubstr("the producer waits for consumer 'first'"));
    file.image.consumer(0).name.fill('\0');
    file.image.consumer(1).name.fill('\0');
  }
}

TEST(Judge, AConsumerThatIsBehindItsUpstreamIsAccusedItself) {
  ImageFile file;
  file.image.join(0, "first", 7);
  file.image.join(1, "second", noSequence);
  file.image.consumer(1).upstream[0].store(std::uint64_t{1} << 32 | 1, relaxed);
  file.image.publish(16);
  EXPECT_THAT(notesOf(file.look()), HasSubstr("the producer waits for consumer 'second'"));
}

TEST(Judge, WhatAnEvictedConsumerLostBeginsAfterItsLastGoodCommit) {
  ImageFile file;
  file.image.publish(20);
  file.image.join(0, "slow", 9);
  file.image.consumer(0).joinedAt.store(2, relaxed);
  file.image.consumer(0).evictAfter.store(1000, relaxed);
  file.image.consumer(0).row.store(RowWord::of(1, RowState::evicted).withCommitted(5).word,
                                   relaxed);
  Snapshot snapshot = file.look();
  ASSERT_TRUE(snapshot.consumers.at(0).lost);
  EXPECT_EQ(snapshot.consumers[0].lost->first, 6U);
  EXPECT_EQ(snapshot.consumers[0].lost->count, 14U);
  EXPECT_EQ(snapshot.consumerCount(), 0U);

  // Evicted before its first commit, it passes on what its name was owed before.
  file.image.consumer(0).joinedAt.store(6, relaxed);
  file.image.consumer(0).owedFrom.store(1 + 3, relaxed);
  snapshot = file.look();
  EXPECT_EQ(snapshot.consumers.at(0).lost->first, 3U);
}

TEST(Judge, ARowThatIsHeldCountsAsAConsumer) {
  ImageFile file;
  file.image.publish(3);
  file.image.join(0, "journal", 1);
  file.image.consumer(0).onDeath.store(OnDeath::hold, relaxed);
  const Snapshot snapshot = file.look();
  EXPECT_FALSE(snapshot.consumers.at(0).alive);
  EXPECT_EQ(snapshot.consumerCount(), 1U);
}

}  // namespace
}  // namespace sluice::inspect
