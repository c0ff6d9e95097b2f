// The lease file beside a segment: that it comes and goes with it, and is missed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <string>

#include "liveness/lease.hpp"
#include "os/identity.hpp"
#include "os/lease_file.hpp"
#include "segment/checked_file.hpp"
#include "segment/new_segment.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"
#include "support/process_facts.hpp"
#include "support/sanitizers.hpp"
#include "support/scratch_directory.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::HasSubstr;
using testing::SegmentName;
using testing::SharedNumber;

detail::LeaseFile leasesOf(const SegmentName& name) {
  const auto segment = detail::openChecked(name.path()).value();
  return detail::LeaseFile::open(name.path(), segment.header.id).value();
}

class Leftovers : public ::testing::Test {
 protected:
  void createOne(const std::string& segment) const {
    const auto ring =
        Producer<Tick>::create(segment, {.capacity = 8, .directory = directory.path()}).value();
  }
  std::ptrdiff_t hidden() const {
    return std::count_if(
        std::filesystem::directory_iterator(directory.path()), {},
        [](const auto& entry) { return entry.path().filename().string().starts_with("."); });
  }
  testing::ScratchDirectory directory;
};

TEST_F(Leftovers, OfACreatorThatWasKilledAreRemovedByTheNextAndNoOthers) {
  createOne("idle");
  SharedNumber made;
  ChildProcess creator([&] {
    const auto leases = detail::LeaseFile::create({directory.path(), "ticks"},
                                                  detail::randomSegmentId().value(), 0600)
                            .value();
    const auto lease = detail::Lease::tryTake(leases, 0).value().value();
    made.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(made.reaches(1));
  createOne("second");
  EXPECT_EQ(hidden(), 3) << "a creator that lives keeps its lease file";
  creator.signal(SIGKILL);
  creator.wait();
  createOne("third");
  EXPECT_EQ(hidden(), 3) << "one of each segment";
  EXPECT_TRUE(Producer<Tick>::open("idle", {.directory = directory.path()}));
}

TEST_F(Leftovers, OfASegmentThatWasNeverFinishedAreRemovedWithIt) {
  createOne("ticks");
  const detail::SegmentPath path{directory.path(), "ticks"};
  const auto id = detail::openChecked(path).value().header.id;
  std::filesystem::rename(path.string(), directory.path() + "/" + detail::unfinishedName(id));
  ASSERT_EQ(hidden(), 2);
  createOne("next");
  EXPECT_EQ(hidden(), 1) << "the next one's lease file";
}

TEST_F(Leftovers, CreatorsWhoseLeaseFilesAreTakenForOnesHaveTheirSegmentsAllTheSame) {
  const auto createAll = [&](const std::string& prefix) {
    for (int i = 0; i < 100; ++i) {
      const std::string segment = prefix + std::to_string(i);
      if (!Producer<Tick>::create(segment, {.capacity = 8, .directory = directory.path()}))
        return 1;
      if (!Producer<Tick>::open(segment, {.directory = directory.path()})) return 2;
      if (!removeSegment(segment, {.directory = directory.path()})) return 3;
    }
    return 0;
  };
  ChildProcess first([&] { return createAll("first"); });
  ChildProcess second([&] { return createAll("second"); });
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(second.wait(), 0);
  EXPECT_EQ(hidden(), 0);
}

TEST_F(Leftovers, AreNoneAfterARemoval) {
  createOne("ticks");
  EXPECT_TRUE(removeSegment("ticks", {.directory = directory.path()}));
  EXPECT_EQ(hidden(), 0);
  const auto ring = Producer<Tick>::create("ticks", {.capacity = 8, .directory = directory.path()});
  EXPECT_TRUE(removeSegment("ticks", {.directory = directory.path(), .evenIfInUse = true}));
  EXPECT_EQ(hidden(), 0);
}

TEST_F(Leftovers, OfACreatorThatRunsOutOfDescriptorsAreNone) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers look at memory through pipes of their own";
  bool isCreated = false;
  for (rlim_t room = 0; !isCreated; ++room) {
    ASSERT_LT(room, 20U);
    ChildProcess child([&] {
      const rlimit limit{static_cast<rlim_t>(testing::openDescriptors() - 1) + room, 4096};
      if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return 2;
      const auto ring =
          Producer<Tick>::create("ticks", {.capacity = 8, .directory = directory.path()});
      return ring ? 0 : 1;
    });
    const int status = child.wait();
    ASSERT_NE(status, 2);
    isCreated = status == 0;
    EXPECT_EQ(hidden(), isCreated ? 1 : 0) << room;
  }
}

TEST_F(Leftovers, AreNoneWhereTheOwnerMayNotWriteItsOwnSegment) {
  const SegmentName name;
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    { const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8, .mode = 0444}).value(); }
    const std::string leases = leasesOf(name).path();
    if (!std::filesystem::exists(leases)) return 1;
    if (!removeSegment(name.str())) return 2;
    return std::filesystem::exists(leases) ? 3 : 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(RefusedReplacement, ClosesNoDescriptorOfItsProcess) {
  const SegmentName name;
  ChildProcess child([&] {
    auto old = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    const auto before = testing::openDescriptors();
    for (int i = 0; i < 8; ++i) {
      const auto ring =
          Producer<Tick>::create(name.str(), {.capacity = 8, .whenTaken = WhenTaken::replace});
      if (ring || ring.error().code != ErrorCode::inUse) return 1;
    }
    return testing::openDescriptors() == before ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(MissingLeases, AreNamedToAProcessThatWouldJoinOrRemove) {
  SegmentName name;
  const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  leasesOf(name).remove();
  const auto in = Consumer<Tick>::attach(name.str(), {.appearWithin = 60s});
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().code, ErrorCode::notASegment);
  EXPECT_THAT(in.error().message(), HasSubstr("no /dev/shm/.sluice-"));
  EXPECT_THAT(removeSegment(name.str()).error().message(), HasSubstr("shm-rm --force"));
  EXPECT_TRUE(Observer<Tick>::attach(name.str()));
  EXPECT_TRUE(removeSegment(name.str(), {.evenIfInUse = true}));
}

}  // namespace
}  // namespace sluice
