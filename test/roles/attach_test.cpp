// Attaching a reader: to which segments, in which directory, and what is refused.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "refusal.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/new_file.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {

struct Trade {
  std::uint64_t number;
  std::uint64_t complement;
};
struct Wide {
  std::uint64_t number[3];
};
template <>
inline constexpr std::string_view recordName<Wide> = "Tick";
struct Nameless {
  std::uint64_t number;
  std::uint64_t complement;
};
template <>
inline constexpr std::string_view recordName<Trade> = "Trade";

namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

TEST(Attach, RefusesARecordOfAnotherSizeNameOrLayoutAndSaysWhatWasFound) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  EXPECT_EQ(errorOf(Consumer<Wide>::attach(name.str())).code, ErrorCode::recordMismatch);
  const Error other = errorOf(Consumer<Trade>::attach(name.str()));
  EXPECT_EQ(other.code, ErrorCode::recordMismatch);
  EXPECT_NE(other.message().find("Tick"), std::string::npos) << other.message();
  EXPECT_NE(other.message().find("Trade"), std::string::npos) << other.message();
  EXPECT_NE(other.message().find(name.str()), std::string::npos) << other.message();
  EXPECT_EQ(errorOf(Consumer<Nameless>::attach(name.str())).code, ErrorCode::recordMismatch);
  const auto packedReader = Consumer<Tick, packed>::attach(name.str());
  EXPECT_EQ(errorOf(packedReader).code, ErrorCode::recordMismatch);
  EXPECT_EQ(errorOf(Observer<Trade>::attach(name.str())).code, ErrorCode::recordMismatch);
  EXPECT_EQ(errorOf(Producer<Trade>::open(name.str())).code, ErrorCode::recordMismatch);
  EXPECT_TRUE(Consumer<Tick>::attach(name.str()));
}

TEST(Attach, RefusesAFileThatIsNoSegment) {
  SegmentName name;
  testing::FileToBe file(name.path());
  file.done(file.resize(65536));
  file.done(file.link());
  EXPECT_EQ(errorOf(Consumer<Tick>::attach(name.str())).code, ErrorCode::notASegment);
  EXPECT_EQ(errorOf(Producer<Tick>::open(name.str())).code, ErrorCode::notASegment);
  EXPECT_EQ(errorOf(Observer<Tick>::attach(name.str())).code, ErrorCode::notASegment);
  EXPECT_FALSE(
      Producer<Tick>::create(name.str(), {.capacity = 8, .whenTaken = WhenTaken::replace}));
}

TEST(Attach, WaitsForTheSegmentToAppearUntilADeadline) {
  SegmentName name;
  EXPECT_EQ(errorOf(Consumer<Tick>::attach(name.str(), {.appearWithin = 1ms})).code,
            ErrorCode::timedOut);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(errorOf(Observer<Tick>::attach(name.str(), {.appearWithin = stop.get_token()})).code,
            ErrorCode::stopped);
  SharedNumber waiting;
  ChildProcess reader([&] {
    waiting.set(1);
    auto in = Consumer<Tick>::attach(name.str(), {.name = "early", .appearWithin = 60s}).value();
    return in.wait().front().number == 9 ? 0 : 1;
  });
  ASSERT_TRUE(waiting.reaches(1));
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  ASSERT_EQ(ring.waitForConsumers({"early"}, 60s), Status::ok);
  ring.claimOne() = Tick::of(9);
  ring.publish();
  EXPECT_EQ(reader.wait(), 0);
}

TEST(Directory, IsAnOption) {
  SegmentName name;
  const std::string directory = "/dev/shm/" + name.str() + "-dir";
  ASSERT_EQ(::mkdir(directory.c_str(), 0700), 0);
  {
    auto ring = Producer<Tick>::create("ticks", {.capacity = 8, .directory = directory}).value();
    EXPECT_EQ(errorOf(Consumer<Tick>::attach("ticks")).code, ErrorCode::notFound);
    auto in = Consumer<Tick>::attach("ticks", {.directory = directory}).value();
    EXPECT_TRUE(Observer<Tick>::attach("ticks", {.directory = directory}));
    ring.claimOne() = Tick::of(1);
    ring.publish();
    EXPECT_EQ(in.wait().size(), 1u);
  }
  EXPECT_TRUE(removeSegment("ticks", {.directory = directory}));
  EXPECT_EQ(::rmdir(directory.c_str()), 0);
}

}  // namespace
}  // namespace sluice
