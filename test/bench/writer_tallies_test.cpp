// What a reader of many writers accepts as the whole of what they wrote.
#include "support/writer_tallies.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace sluice::bench {
namespace {

FanInRecord recordOf(unsigned writer, std::uint64_t number) {
  FanInRecord record;
  record.fill(WriterTallies::firstOf(writer) + number);
  return record;
}

TEST(WriterTallies, AreExactAfterEveryRecordOfEachWriterInItsOrder) {
  WriterTallies tallies(3);
  for (const unsigned writer : {2U, 0U, 2U, 1U, 1U, 0U}) {
    EXPECT_FALSE(tallies.areExactly(2));
    static std::uint64_t next[3] = {};
    tallies.add(recordOf(writer, next[writer]++));
  }
  EXPECT_TRUE(tallies.areExactly(2));
  EXPECT_FALSE(tallies.areExactly(1));
}

TEST(WriterTallies, TakeBatchesOfOneWriter) {
  WriterTallies tallies(2);
  tallies.addOfOne(std::vector{recordOf(1, 0), recordOf(1, 1)});
  tallies.addOfOne(std::vector{recordOf(0, 0), recordOf(0, 1)});
  EXPECT_TRUE(tallies.areExactly(2));
}

TEST(WriterTallies, AreNotExactAfterARecordOutOfOrder) {
  WriterTallies tallies(1);
  tallies.add(recordOf(0, 1));
  tallies.add(recordOf(0, 0));
  EXPECT_FALSE(tallies.areExactly(2));
}

TEST(WriterTallies, AreNotExactAfterARecordThatWasChanged) {
  WriterTallies tallies(2);
  tallies.add(recordOf(0, 0));
  FanInRecord changed = recordOf(1, 0);
  ++changed.word.back();
  tallies.add(changed);
  EXPECT_FALSE(tallies.areExactly(1));
}

TEST(WriterTallies, AreNotExactAfterABatchOfTwoWriters) {
  WriterTallies tallies(2);
  tallies.addOfOne(std::vector{recordOf(0, 0), recordOf(1, 0)});
  EXPECT_FALSE(tallies.areExactly(1));
}

TEST(WriterTallies, RefuseARecordOfNobody) {
  WriterTallies tallies(2);
  EXPECT_THROW(tallies.add(recordOf(2, 0)), std::out_of_range);
}

}  // namespace
}  // namespace sluice::bench
