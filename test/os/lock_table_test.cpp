#include "os/lock_table.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/scratch_directory.hpp"

namespace sluice::detail {
namespace {

constexpr std::uint64_t byte = std::uint64_t{1} << 61;

class LockTable : public ::testing::Test {
 protected:
  /// Opened anew, so that its locks are of no other descriptor.
  class File {
   public:
    explicit File(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
    ~File() { ::close(descriptor_); }
    File(const File&) = delete;

    FileId id() const { return fileIdOf(descriptor_); }
    void lock(std::uint64_t first, std::uint64_t count, short type = F_WRLCK) const {
      struct flock lock {};
      lock.l_type = type;
      lock.l_whence = SEEK_SET;
      lock.l_start = static_cast<off_t>(first);
      lock.l_len = static_cast<off_t>(count);
      ASSERT_EQ(::fcntl(descriptor_, F_OFD_SETLK, &lock), 0);
    }

   private:
    int descriptor_;
  };

  std::string path(const std::string& name = "leases") const {
    return directory_.path() + "/" + name;
  }

  testing::ScratchDirectory directory_;
};

TEST_F(LockTable, TellsOfAWriteLockForAsLongAsItIsHeld) {
  std::optional<File> holder(path());
  const FileId id = holder->id();
  EXPECT_EQ(isWriteLocked(id, byte), false);
  holder->lock(byte, 1);
  EXPECT_EQ(isWriteLocked(id, byte), true);
  EXPECT_EQ(isWriteLocked(id, byte - 1), false);
  EXPECT_EQ(isWriteLocked(id, byte + 1), false);
  holder.reset();
  EXPECT_EQ(isWriteLocked(id, byte), false);
}

TEST_F(LockTable, TellsOfEveryByteOfARange) {
  const File holder(path());
  holder.lock(byte, 3);
  for (const std::uint64_t each : {byte, byte + 1, byte + 2})
    EXPECT_EQ(isWriteLocked(holder.id(), each), true);
  EXPECT_EQ(isWriteLocked(holder.id(), byte + 3), false);
  const File other(path("other"));
  other.lock(byte, 0);
  EXPECT_EQ(isWriteLocked(other.id(), byte - 1), false);
  EXPECT_EQ(isWriteLocked(other.id(), byte + 4096), true) << "a lock to the end of the file";
}

TEST_F(LockTable, TellsNothingOfReadLocksAndOtherFiles) {
  const File reader(path());
  reader.lock(byte, 1, F_RDLCK);
  const File other(path("other"));
  other.lock(byte, 1);
  EXPECT_EQ(isWriteLocked(reader.id(), byte), false);
}

TEST_F(LockTable, TellsOfEachLockOfATableOfManyPages) {
  constexpr std::uint64_t count = 1000;
  const File holder(path());
  for (std::uint64_t i = 0; i < count; ++i)
    holder.lock(byte + 2 * i, 1);
  for (std::uint64_t i = 0; i < count; i += 37) {
    EXPECT_EQ(isWriteLocked(holder.id(), byte + 2 * i), true) << i;
    EXPECT_EQ(isWriteLocked(holder.id(), byte + 2 * i + 1), false) << i;
  }
}

}  // namespace
}  // namespace sluice::detail
