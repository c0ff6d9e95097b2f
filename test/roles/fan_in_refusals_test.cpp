// Names that a reader of many rings cannot join.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fan_in.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::SharedNumber;
using ::testing::UnorderedElementsAre;

void write(const std::string& path, std::string_view text) {
  std::ofstream(path) << text;
}

TEST(FanInRefusals, TellEachBadNameOnceWhileTheOthersRunOn) {
  RingDirectory rings;
  auto before = rings.create("log-before");
  write(rings.pathOf("log-text"), "not a segment");
  std::filesystem::create_directory(rings.pathOf("log-directory"));
  std::filesystem::create_symlink("log-before", rings.pathOf("log-link"));
  ASSERT_EQ(::mkfifo(rings.pathOf("log-pipe").c_str(), 0600), 0);
  const auto other = Producer<std::uint32_t>::create("log-type", rings.producerOptions()).value();
  const auto layout = Producer<Tick, packed>::create("log-layout", rings.producerOptions()).value();
  auto in = rings.open();
  write(rings.pathOf("log-later"), "SLUICE is not its magic");
  auto after = rings.create("log-zz");
  publish(before, 1);
  publish(after, 2);
  Told told;
  ASSERT_TRUE(eventuallyTold(in, told, [&] { return told.numbers.size() == 2; }));
  EXPECT_THAT(told.refused, UnorderedElementsAre(Pair("log-text", ErrorCode::notASegment),
                                                 Pair("log-directory", ErrorCode::notASegment),
                                                 Pair("log-link", ErrorCode::notASegment),
                                                 Pair("log-pipe", ErrorCode::notASegment),
                                                 Pair("log-type", ErrorCode::recordMismatch),
                                                 Pair("log-layout", ErrorCode::recordMismatch),
                                                 Pair("log-later", ErrorCode::notASegment)));
  EXPECT_EQ(in.size(), 2u);
}

TEST(FanInRefusals, NameTheSegmentAndWhatIsWrong) {
  RingDirectory rings;
  write(rings.pathOf("log-text"), "not a segment");
  auto in = rings.open();
  const auto event = in.wait();
  ASSERT_EQ(event.news(), FanInNews::refused);
  EXPECT_EQ(event.status(), Status::ok);
  EXPECT_EQ(event.ring().name, "log-text");
  EXPECT_EQ(event.error().segment, rings.pathOf("log-text"));
  EXPECT_TRUE(event.batch().empty());
  EXPECT_EQ(in.commit(), Status::ok);
}

TEST(FanInRefusals, AreToldAgainOfAnotherFileAndEndWithAGoodOne) {
  RingDirectory rings;
  write(rings.pathOf("log-1"), "not a segment");
  auto in = rings.open();
  Told told;
  takeAll(in, told);
  // The file is the same, and so is the reason.
  std::filesystem::permissions(rings.pathOf("log-1"), std::filesystem::perms(0644));
  write(rings.pathOf("new"), "no segment either");
  std::filesystem::rename(rings.pathOf("new"), rings.pathOf("log-1"));
  ASSERT_TRUE(eventuallyTold(in, told, [&] { return told.refused.size() == 2; }));
  std::filesystem::remove(rings.pathOf("log-1"));
  auto ring = rings.create("log-1");
  publish(ring, 1);
  EXPECT_TRUE(eventuallyTold(in, told, [&] { return !told.numbers.empty(); }));
  EXPECT_EQ(told.refused.size(), 2u);
}

TEST(FanInRefusals, EndWhenTheRightsAreThere) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  RingDirectory rings;
  auto ring = rings.create("log-1");
  publish(ring, 1);
  const SharedNumber step;
  ChildProcess reader([&] {
    testing::becomeAnotherUser();
    auto in = rings.open();
    const auto event = in.wait();
    if (event.news() != FanInNews::refused || event.error().code != ErrorCode::denied) return 1;
    if (in.tryWait()) return 2;
    step.set(1);
    for (;;) {
      const auto next = in.wait(60s);
      if (next.news() == FanInNews::records) return 0;
      if (next.news() != FanInNews::refused) return 3;
    }
  });
  ASSERT_TRUE(step.reaches(1));
  // The segment's own file comes last.
  for (const bool isSegment : {false, true})
    for (const auto& entry : std::filesystem::directory_iterator(rings.path()))
      if ((entry.path().filename() == "log-1") == isSegment)
        std::filesystem::permissions(entry.path(), std::filesystem::perms(0666));
  EXPECT_EQ(reader.wait(), 0);
}

TEST(FanInRefusals, TellThatTheNameOfTheConsumerIsTaken) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  auto first = rings.open();
  auto second = rings.open();
  EXPECT_EQ(second.wait().error().code, ErrorCode::inUse);
  publish(ring, 1);
  EXPECT_EQ(first.wait().batch().size(), 1u);
  EXPECT_EQ(second.tryWait().status(), Status::timedOut);
}

TEST(FanInRefusals, EndWhenTheNameOfTheConsumerIsFree) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  std::optional<FanIn<Tick>> first(rings.open(rings.options(OnDeath::hold)));
  auto second = rings.open(rings.options(OnDeath::hold));
  EXPECT_EQ(second.wait().error().code, ErrorCode::inUse);
  publish(ring, 1);
  first.reset();
  const auto event = second.wait(60s);
  ASSERT_EQ(event.news(), FanInNews::records);
  EXPECT_EQ(event.batch()[0].number, 1u);
}

TEST(FanInRefusals, EndWhenARowIsFree) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  std::list<Consumer<Tick>> others;
  while (auto other = Consumer<Tick>::attach("log-1", {.directory = rings.path()}))
    others.push_back(*std::move(other));
  auto in = rings.open();
  EXPECT_EQ(in.wait().error().code, ErrorCode::full);
  others.clear();
  publish(ring, 1);
  EXPECT_EQ(in.wait(60s).news(), FanInNews::records);
}

TEST(FanInRefusals, OfTheOptionsComeAtOnce) {
  RingDirectory rings;
  const auto refusal = [](std::string_view pattern, const FanInOptions& options) {
    const auto in = FanIn<Tick>::open(pattern, options);
    EXPECT_FALSE(in);
    return std::pair(in.error().code, in.error().field);
  };
  EXPECT_THAT(refusal("", rings.options()), Pair(ErrorCode::invalidArgument, "pattern"));
  EXPECT_THAT(refusal("a/*", rings.options()), Pair(ErrorCode::invalidArgument, "pattern"));
  auto options = rings.options(OnDeath::hold);
  options.name = "";
  EXPECT_THAT(refusal("*", options), Pair(ErrorCode::invalidArgument, "onDeath"));
  options.name = "a\n";
  EXPECT_THAT(refusal("*", options), Pair(ErrorCode::invalidArgument, "consumer name"));
  options = rings.options();
  options.maxBatch = 0;
  EXPECT_THAT(refusal("*", options), Pair(ErrorCode::invalidArgument, "maxBatch"));
  options = rings.options();
  options.directory += "/none";
  EXPECT_THAT(refusal("*", options), Pair(ErrorCode::notFound, "directory"));
}

}  // namespace
}  // namespace sluice
