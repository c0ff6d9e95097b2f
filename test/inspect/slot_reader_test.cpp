#include "inspect/slot_reader.hpp"

#include <gtest/gtest.h>

#include "inspect/image_file.hpp"

namespace sluice::inspect {
namespace {

using testing::ImageFile;
using testing::Quote;

SlotFacts slotOf(ImageFile& file, Sequence sequence) {
  file.save();
  const auto open = detail::SegmentFile::open(file.segmentPath());
  return SlotReader(*open, file.image.geometry()).read(sequence);
}

Quote quoteIn(const SlotFacts& slot) {
  Quote quote{};
  EXPECT_EQ(slot.record.size(), sizeof quote);
  if (slot.record.size() == sizeof quote) std::memcpy(&quote, slot.record.data(), sizeof quote);
  return quote;
}

class EitherLayout : public ::testing::TestWithParam<SlotLayout> {};

TEST_P(EitherLayout, APublishedRecordIsWholeUntilItsSlotIsTakenAgain) {
  ImageFile file(testing::quoteChoices(GetParam()));
  file.image.publish(20);
  for (Sequence sequence = 4; sequence < 20; ++sequence) {
    const SlotFacts slot = slotOf(file, sequence);
    EXPECT_EQ(slot.state, SlotState::whole) << sequence;
    EXPECT_EQ(slot.sequence, sequence);
    EXPECT_EQ(slot.index, sequence % 16);
    EXPECT_EQ(quoteIn(slot).time, sequence);
  }
  for (Sequence sequence = 0; sequence < 4; ++sequence)
    EXPECT_EQ(slotOf(file, sequence).state, SlotState::overwritten) << sequence;
}

TEST_P(EitherLayout, AClaimAloneMakesTheOldRecordOfThatSlotUnsafe) {
  ImageFile file(testing::quoteChoices(GetParam()));
  file.image.publish(16);
  EXPECT_EQ(slotOf(file, 0).state, SlotState::whole);
  file.image.producer().claimed.sequence.store(16, std::memory_order_relaxed);
  EXPECT_EQ(slotOf(file, 0).state, SlotState::overwritten);
  EXPECT_EQ(slotOf(file, 1).state, SlotState::whole);
}

TEST_P(EitherLayout, ASlotThatNobodyHasWrittenIsToldFromOneThatHoldsAnOlderRecord) {
  ImageFile file(testing::quoteChoices(GetParam()));
  file.image.publish(10);
  EXPECT_EQ(slotOf(file, 12).state, SlotState::neverWritten);
  file.image.publish(10);
  const SlotFacts next = slotOf(file, 25);
  EXPECT_EQ(next.state, SlotState::notYet);
  EXPECT_EQ(quoteIn(next).time, 9U);
}

TEST_P(EitherLayout, ASlotPastTheEndOfTheFileIsUnreadable) {
  ImageFile file(testing::quoteChoices(GetParam()));
  file.image.publish(10);
  file.image.save(file.path(), file.image.geometry().section(detail::SectionId::ring).offset);
  const auto open = detail::SegmentFile::open(file.segmentPath());
  const SlotFacts slot = SlotReader(*open, file.image.geometry()).read(3);
  EXPECT_EQ(slot.state, SlotState::unreadable);
  EXPECT_TRUE(slot.record.empty());
}

INSTANTIATE_TEST_SUITE_P(SlotReader, EitherLayout,
                         ::testing::Values(SlotLayout::stamped, SlotLayout::packed),
                         [](const auto& test) {
                           return test.param == SlotLayout::stamped ? "stamped" : "packed";
                         });

}  // namespace
}  // namespace sluice::inspect
