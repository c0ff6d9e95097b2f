// The file beside a mirror ring.
#include "mirror_note.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "batch_heads.hpp"
#include "refusal.hpp"
#include "sluice/segment.hpp"
#include "support/scratch_directory.hpp"

namespace shm_bridge {
namespace {

class Note : public ::testing::Test {
 protected:
  sluice::testing::ScratchDirectory directory_;
  std::string path_ = MirrorNote::pathOf(directory_.path(), "ticks");
};

TEST_F(Note, IsReadAsItWasWritten) {
  EXPECT_FALSE(MirrorNote::read(path_));
  MirrorNote note{"S \"quoted\"",         ringNumber(1), 12,
                  std::uint64_t{1} << 62, std::nullopt,  std::nullopt};
  note.write(path_);
  EXPECT_EQ(MirrorNote::read(path_), note);
  note.replaces = ringNumber(9);
  note.mirror = ringNumber(10);
  note.write(path_);
  EXPECT_EQ(MirrorNote::read(path_), note);
}

TEST_F(Note, IsOfItsMirrorRingAndTheOneBefore) {
  MirrorNote note{"S", ringNumber(1), 1, 0, ringNumber(2), std::nullopt};
  EXPECT_TRUE(note.isOf(ringNumber(3)));  // which may have been made just before a death
  note.mirror = ringNumber(3);
  EXPECT_TRUE(note.isOf(ringNumber(3)));
  EXPECT_TRUE(note.isOf(ringNumber(2)));
  EXPECT_FALSE(note.isOf(ringNumber(4)));
}

TEST_F(Note, IsNoSegment) {
  MirrorNote{"S", ringNumber(1), 1, 0, std::nullopt, std::nullopt}.write(path_);
  EXPECT_TRUE(sluice::listSegments(directory_.path()).value().empty());
}

TEST_F(Note, OfOtherBytesIsRefused) {
  for (const char* text : {"", "{", "[]", R"({"stream":"S","ring":"xy","part":1,"first":0})"}) {
    std::ofstream(path_) << text;
    EXPECT_THROW(MirrorNote::read(path_), Refusal) << text;
  }
}

TEST_F(Note, ThatCannotBeWrittenIsRefused) {
  const MirrorNote note{"S", ringNumber(1), 1, 0, std::nullopt, std::nullopt};
  EXPECT_THROW(note.write(MirrorNote::pathOf(directory_.path() + "/none", "ticks")), Refusal);
}

}  // namespace
}  // namespace shm_bridge
