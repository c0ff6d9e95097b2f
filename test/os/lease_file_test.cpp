#include "os/lease_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "os/file_id.hpp"
#include "os/identity.hpp"
#include "support/held_byte.hpp"
#include "support/scratch_directory.hpp"

namespace sluice::detail {
namespace {

using testing::HeldByte;

constexpr std::uint64_t held = 700;
constexpr std::uint64_t unheld = 701;

/// The descriptors of this process that mean that file.
std::vector<int> descriptorsOf(const FileId& file) {
  std::vector<int> descriptors;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int descriptor = std::stoi(entry.path().filename());
    if (fileIdOf(descriptor) == file) descriptors.push_back(descriptor);
  }
  return descriptors;
}

/// A lease file with one lease that is held, whose descriptor other code of the process may close
/// or use for something else.
class LeaseFileBesideOtherCode : public ::testing::Test {
 protected:
  LeaseFile create(const SegmentId& id) const {
    return LeaseFile::create({directory_.path(), "ticks"}, id, 0600).value();
  }
  bool isOpen() const {
    const std::size_t holders = lease_ ? 1 : 0;
    return descriptorsOf(file_->id()).size() == 1 + holders;
  }
  void closeItsDescriptor() {
    ASSERT_EQ(::close(number_), 0);
    ASSERT_FALSE(isOpen());
  }
  void putOnItsNumber(const LeaseFile& other) {
    ASSERT_EQ(::dup2(descriptorsOf(other.id()).at(0), number_), number_);
    ASSERT_FALSE(isOpen());
  }

  testing::ScratchDirectory directory_;
  SegmentId id_ = randomSegmentId().value();
  std::optional<LeaseFile> file_{create(id_)};
  int number_ = descriptorsOf(file_->id()).at(0);
  std::optional<HeldByte> lease_{std::in_place, file_->path(), held};
};

TEST_F(LeaseFileBesideOtherCode, OpensTheFileAgainWhenItsDescriptorWasClosed) {
  closeItsDescriptor();
  EXPECT_EQ(file_->isHeld(held), true);
  EXPECT_TRUE(isOpen()) << "the file is asked, and not the table of all locks";
  EXPECT_EQ(file_->isHeld(unheld), false);
  closeItsDescriptor();
  lease_.reset();
  EXPECT_FALSE(file_->mayBeInUse());
  EXPECT_TRUE(isOpen());
}

TEST_F(LeaseFileBesideOtherCode, AsksNoOtherFileThatHasItsNumber) {
  const LeaseFile other = create(randomSegmentId().value());
  const HeldByte its(other.path(), unheld);
  putOnItsNumber(other);
  EXPECT_EQ(file_->isHeld(held), true);
  EXPECT_EQ(file_->isHeld(unheld), false);
  EXPECT_TRUE(isOpen());
  EXPECT_EQ(fileIdOf(number_), other.id()) << "what has the number keeps it";
  ::close(number_);
}

TEST_F(LeaseFileBesideOtherCode, ClosesNoOtherFileThatHasItsNumber) {
  const LeaseFile other = create(randomSegmentId().value());
  putOnItsNumber(other);
  file_.reset();
  EXPECT_EQ(fileIdOf(number_), other.id());
  ::close(number_);
}

TEST_F(LeaseFileBesideOtherCode, AsksTheTableOfLocksWhenItsNameIsGoneToo) {
  file_->remove();
  closeItsDescriptor();
  EXPECT_EQ(file_->isHeld(held), true);
  EXPECT_EQ(file_->isHeld(unheld), false);
  EXPECT_TRUE(file_->mayBeInUse()) << "nobody can tell";
}

TEST_F(LeaseFileBesideOtherCode, OpensNoOtherFileOfItsName) {
  file_->remove();
  const LeaseFile other = create(id_);
  const HeldByte its(other.path(), unheld);
  const std::size_t before = descriptorsOf(other.id()).size();
  closeItsDescriptor();
  EXPECT_EQ(file_->isHeld(held), true);
  EXPECT_EQ(file_->isHeld(unheld), false);
  EXPECT_EQ(descriptorsOf(other.id()).size(), before) << "none is left open";
}

}  // namespace
}  // namespace sluice::detail
