// How much of the records is shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "dumped_image.hpp"

namespace sluice {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

using ShmDumpRecords = ShmDump;

/// 1 MiB each, described.
struct Frame {
  std::uint64_t number;
  std::uint16_t pixels[1000];
  char text[100'000];
  std::byte rest[(1 << 20) - 8 - 2000 - 100'000];
};

constexpr std::array<Field, 4> frameFields{SLUICE_FIELD(Frame, number), SLUICE_FIELD(Frame, pixels),
                                           SLUICE_FIELD(Frame, text), SLUICE_FIELD(Frame, rest)};

class ShmDumpFrames : public ShmDump {
 protected:
  /// Eight of them, all zero but for a long text.
  ShmDumpFrames() {
    detail::Choices choices = testing::quoteChoices(SlotLayout::packed);
    choices.capacity = 8;
    choices.record = {"Frame", sizeof(Frame), alignof(Frame), frameFields};
    testing::SegmentImage frames(choices);
    for (detail::Cursor* cursor :
         {&frames.producer().cursor, &frames.producer().claimed, &frames.producer().limit})
      cursor->sequence.store(7, std::memory_order_relaxed);
    frames.producer().state.store(detail::ProducerState::closed, std::memory_order_relaxed);
    std::memset(frames.view().ring() + offsetof(Frame, text), 'x', sizeof(Frame::text));
    frames.save(path());
  }
};

TEST_F(ShmDumpFrames, AreCutUnlessMoreIsAskedFor) {
  const Ran ran = dump("ticks --json --last 8");
  EXPECT_EQ(ran.status, 0);
  EXPECT_LT(ran.output.size(), 1'000'000U);
  const json slot = json::parse(ran.output).at("slots").at(0);
  EXPECT_EQ(slot.at("cut"), true);
  EXPECT_EQ(slot.at("bytes").get<std::string>().size(), 2U * 4096);
  EXPECT_EQ(slot.at("fields").at("pixels").size(), 1000U);
  EXPECT_EQ(slot.at("fields").at("text").get<std::string>().size(), 4096U);
  const Ran text = dump("ticks --last 8");
  EXPECT_LT(text.output.size(), 1'000'000U);
  EXPECT_THAT(text.output, HasSubstr("1044480 more bytes are not shown (--cut)"));
  EXPECT_THAT(text.output, HasSubstr("the first 4096 of 100000 bytes (--cut)"));

  const json whole = json::parse(dump("ticks --json --last 1 --cut 1048576").output);
  EXPECT_EQ(whole.at("slots").at(0).at("cut"), false);
  EXPECT_EQ(whole.at("slots").at(0).at("bytes").get<std::string>().size(), 2U << 20);
}

TEST_F(ShmDumpFrames, ShowTheFieldsThatAreAskedForWithoutBytes) {
  const json slot =
      json::parse(dump("ticks --json --slots 1..1 --fields number,pixels").output).at("slots")[0];
  EXPECT_EQ(slot.at("bytes"), nullptr);
  EXPECT_EQ(slot.at("cut"), false);
  EXPECT_EQ(slot.at("fields").size(), 2U);
  EXPECT_EQ(slot.at("fields").at("number"), 0);
  const Ran text = dump("--slots 1..1 --fields number ticks");
  EXPECT_THAT(text.output, HasSubstr("  number = 0\n"));
  EXPECT_THAT(text.output, Not(HasSubstr("0000  00")));
  EXPECT_THAT(text.output, Not(HasSubstr("pixels")));
}

TEST_F(ShmDumpRecords, ShowNoBytesOnRequest) {
  publishAndClose();
  const Ran ran = dump("ticks --slots 17..17 --no-bytes");
  EXPECT_THAT(ran.output, Not(HasSubstr("0000  11")));
  EXPECT_THAT(ran.output, HasSubstr("price  = 17.5\n"));
}

TEST_F(ShmDumpRecords, AFieldThatTheyDoNotHaveIsToldWithTheOnesTheyHave) {
  publishAndClose();
  const Ran ran = dump("ticks --last 1 --fields price,nonsense");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, HasSubstr("'nonsense'"));
  EXPECT_THAT(ran.output, HasSubstr("time, price, volume, symbol"));
}

TEST_F(ShmDumpRecords, AreCutInTheMiddleOfANumberNever) {
  publishAndClose();
  const json slot =
      json::parse(dump("ticks --json --slots 17..17 --cut 2").output).at("slots").at(0);
  EXPECT_EQ(slot.at("bytes"), "1100");
  EXPECT_EQ(slot.at("fields").at("time"), 17);
  EXPECT_EQ(slot.at("fields").at("symbol"), "AB");
  EXPECT_EQ(slot.at("cut"), true);
}

}  // namespace
}  // namespace sluice
