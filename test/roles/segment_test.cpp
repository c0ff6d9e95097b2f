// Taking a segment's name away: when that is refused, and what it costs those who are attached.
#include "sluice/segment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "format/consumer_page.hpp"
#include "segment/checked_file.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/overwrite.hpp"
#include "support/scratch_directory.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using testing::ChildProcess;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ScratchDirectory;
using testing::SegmentName;
using testing::SharedNumber;

const ConsumerOptions held{.name = "journal", .onDeath = OnDeath::hold};

/// Why a removal was refused, and that it was.
std::string refusal(const SegmentName& name, const RemoveOptions& options = {}) {
  const auto removed = removeSegment(name.str(), options);
  EXPECT_FALSE(removed);
  if (removed) return "";
  EXPECT_EQ(removed.error().code, ErrorCode::inUse);
  return removed.error().message();
}

TEST(RemoveSegment, IsRefusedWhileTheProducerLives) {
  SegmentName name;
  {
    auto ring = create(name, 8);
    EXPECT_THAT(refusal(name), HasSubstr("producer"));
    EXPECT_TRUE(ring.isNamed());
    publish(ring, 0);
  }
  EXPECT_TRUE(removeSegment(name.str()));
  EXPECT_EQ(removeSegment(name.str()).error().code, ErrorCode::notFound);
}

TEST(RemoveSegment, IsRefusedWhileAConsumerLivesWhichItNames) {
  SegmentName name;
  std::optional ring(create(name, 8));
  std::optional in(
      Consumer<Tick>::attach(name.str(), {.name = "risk", .withoutProducer = WithoutProducer::stay})
          .value());
  ring.reset();
  EXPECT_THAT(refusal(name), HasSubstr("'risk'"));
  EXPECT_TRUE(in->isNamed());
  in.reset();
  EXPECT_TRUE(removeSegment(name.str()));
}

TEST(RemoveSegment, IsRefusedWhileAParticipantOfAnotherProcessLives) {
  SegmentName name;
  SharedNumber step;
  ChildProcess other([&] {
    const auto ring = create(name, 8);
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  EXPECT_THAT(refusal(name), HasSubstr("producer"));
  other.signal(SIGKILL);
  ASSERT_EQ(other.wait(), -1000 - SIGKILL);
  EXPECT_TRUE(removeSegment(name.str()));
}

TEST(RemoveSegment, DisturbsNobodyWhenItIsDoneEvenIfInUse) {
  SegmentName name;
  auto ring = create(name, 8);
  auto in = Consumer<Tick>::attach(name.str()).value();
  ASSERT_TRUE(removeSegment(name.str(), {.evenIfInUse = true}));
  EXPECT_FALSE(ring.isNamed());
  EXPECT_EQ(Consumer<Tick>::attach(name.str()).error().code, ErrorCode::notFound);
  for (std::uint64_t n = 0; n < 20; ++n) {
    publish(ring, n);
    ASSERT_EQ(in.wait().front().number, n);
    ASSERT_EQ(in.commit(), Status::ok);
  }
  auto again = create(name, 8);
  EXPECT_EQ(again.lastPublished(), noSequence);
}

TEST(RemoveSegment, IsRefusedWhileAHeldRowIsBehindAndSaysWhoseAndByHowMuch) {
  SegmentName name;
  {
    auto ring = create(name, 8);
    auto in = Consumer<Tick>::attach(name.str(), held).value();
    publish(ring, 0, 5);
    ASSERT_EQ(in.wait().size(), 5u);
    in.commit(2);
  }
  for (const RemoveOptions& options : {RemoveOptions{}, RemoveOptions{.evenIfInUse = true}}) {
    const std::string message = refusal(name, options);
    EXPECT_THAT(message, HasSubstr("'journal'"));
    EXPECT_THAT(message, HasSubstr("3 records behind"));
  }
  EXPECT_TRUE(Consumer<Tick>::attach(name.str(), held)) << "nothing was taken away";
  EXPECT_TRUE(removeSegment(name.str(), {.evenIfHeld = true}));
}

TEST(RemoveSegment, IsDoneOnceAHeldRowHasReadEverythingOrIsGivenUp) {
  for (const bool reads : {true, false}) {
    SegmentName name;
    {
      auto ring = create(name, 8);
      const auto in = Consumer<Tick>::attach(name.str(), held).value();
      publish(ring, 0, 5);
    }
    EXPECT_THAT(refusal(name), HasSubstr("5 records behind"));
    {
      auto in = Consumer<Tick>::attach(name.str(), held).value();
      if (reads) {
        EXPECT_EQ(in.wait().size(), 5u);
        EXPECT_EQ(in.commit(), Status::ok);
      } else {
        in.resign();
      }
    }
    EXPECT_TRUE(removeSegment(name.str())) << reads;
  }
}

TEST(RemoveSegment, IsRefusedForTheHeldRowOfAKilledConsumerToo) {
  SegmentName name;
  SharedNumber step;
  auto ring = std::make_optional(create(name, 8));
  ChildProcess journal([&] {
    const auto in = Consumer<Tick>::attach(name.str(), held).value();
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  publish(*ring, 0, 4);
  ring.reset();
  journal.signal(SIGKILL);
  ASSERT_EQ(journal.wait(), -1000 - SIGKILL);
  EXPECT_THAT(refusal(name), HasSubstr("4 records behind"));
  ASSERT_TRUE(removeConsumer(name.str(), "journal"));
  EXPECT_TRUE(removeSegment(name.str()));
}

TEST(RemoveSegment, TakesAConsumerThatDiedWhileItJoinedForOneThatHoldsNothing) {
  SegmentName name;
  {
    auto ring = create(name, 8);
    publish(ring, 0, 3);
    const auto in = Consumer<Tick>::attach(name.str(), held).value();
  }
  // As if it had died before it stored where it joins.
  {
    const Sequence joining = Sequence{2} - 8;
    const auto segment = detail::openChecked(name.path()).value();
    const auto row = segment.geometry.section(detail::SectionId::consumers).offset;
    testing::overwrite(name.path().string(), row + offsetof(detail::ConsumerPage, cursor),
                       std::as_bytes(std::span(&joining, 1)));
  }
  EXPECT_TRUE(removeSegment(name.str()));
}

TEST(RemoveSegment, EvenIfHeldStillRefusesWhileSomebodyLives) {
  SegmentName name;
  auto ring = create(name, 8);
  { const auto in = Consumer<Tick>::attach(name.str(), held).value(); }
  publish(ring, 0, 3);
  EXPECT_THAT(refusal(name, {.evenIfHeld = true}), HasSubstr("producer"));
  EXPECT_TRUE(removeSegment(name.str(), {.evenIfInUse = true, .evenIfHeld = true}));
}

TEST(RemoveSegment, EvenIfForeignStillRefusesWhileSomebodyLives) {
  SegmentName name;
  const auto ring = create(name, 8);
  EXPECT_THAT(refusal(name, {.evenIfForeign = true}), HasSubstr("producer"));
}

TEST(RemoveSegment, LetsAConsumerThatIsReleasedLoseItsRecords) {
  SegmentName name;
  {
    auto ring = create(name, 8);
    const auto in = Consumer<Tick>::attach(name.str(), {.name = "risk"}).value();
    publish(ring, 0, 5);
  }
  EXPECT_TRUE(removeSegment(name.str()));
}

TEST(ListSegments, GivesTheSegmentsOfADirectoryInOrderAndNothingElse) {
  const ScratchDirectory directory;
  EXPECT_THAT(listSegments(directory.path()).value(), IsEmpty());
  std::vector<Producer<Tick>> rings;
  for (const char* name : {"trades", "quotes", "ticks"})
    rings.push_back(
        Producer<Tick>::create(name, {.capacity = 8, .directory = directory.path()}).value());
  std::ofstream(directory.path() + "/another") << "no segment";
  std::ofstream(directory.path() + "/empty");
  EXPECT_THAT(listSegments(directory.path()).value(), ElementsAre("quotes", "ticks", "trades"));
  rings.clear();
  EXPECT_THAT(listSegments(directory.path()).value(), ElementsAre("quotes", "ticks", "trades"));
  ASSERT_TRUE(removeSegment("ticks", {.directory = directory.path()}));
  EXPECT_THAT(listSegments(directory.path()).value(), ElementsAre("quotes", "trades"));
}

TEST(ListSegments, OfADirectoryThatIsNotThereIsAnError) {
  const auto listed = listSegments("/dev/shm/there-is-no-such-directory");
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, ErrorCode::notFound);
}

}  // namespace
}  // namespace sluice
