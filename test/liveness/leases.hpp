// A lease file, and processes that hold its leases, for the tests of leases.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>

#include "liveness/lease.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/scratch_directory.hpp"

namespace sluice::detail {

/// The byte that the tests lease.
inline constexpr std::uint64_t ownByte = 700;

class Leases : public ::testing::Test {
 protected:
  Leases() : file_(newFile()) {}

  SegmentPath segment() const { return {directory_.path(), "ticks"}; }
  LeaseFile newFile() const { return LeaseFile::create(segment(), id_, 0600).value(); }
  std::optional<Lease> tryTake(std::uint64_t which = ownByte) const {
    return Lease::tryTake(file_, which).value();
  }
  Lease take() const { return tryTake().value(); }
  bool isHeld(std::uint64_t which = ownByte) const { return file_.isHeld(which).value(); }
  std::string path() const { return file_.path(); }

  /// A child that holds the lease, does something more, and then stays.
  template <class Then>
  testing::ChildProcess holder(Then then) const {
    const testing::SharedNumber holds;
    testing::ChildProcess child([&] {
      const Lease lease = take();
      then(lease);
      holds.set(1);
      for (;;)
        ::pause();
      return 0;
    });
    EXPECT_TRUE(holds.reaches(1));
    return child;
  }

  /// The lease is held until that process, which has it, is killed.
  void expectFreeOnceKilled(const testing::ChildProcess& process) const {
    EXPECT_TRUE(isHeld());
    process.signal(SIGKILL);
    EXPECT_TRUE(testing::eventually([&] { return !isHeld(); }));
  }

  // Another test may take a lease file without a segment for a leftover.
  testing::ScratchDirectory directory_;
  SegmentId id_ = randomSegmentId().value();
  LeaseFile file_;
};

}  // namespace sluice::detail
