#include <gtest/gtest.h>

#include <string>

#include "format/segment_view.hpp"
#include "sluice/detail/slot.hpp"
#include "support/segment_image.hpp"

namespace sluice::detail {
namespace {

using testing::Quote;
using testing::quoteChoices;
using testing::quoteFields;

void expectRefused(const Choices& choices, const std::string& field,
                   const std::string& advice = {}) {
  const auto geometry = geometryOf("/dev/shm/ticks", choices);
  ASSERT_FALSE(geometry) << field;
  EXPECT_EQ(geometry.error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(geometry.error().field, field);
  EXPECT_EQ(geometry.error().segment, "/dev/shm/ticks");
  EXPECT_FALSE(geometry.error().expected.empty());
  EXPECT_FALSE(geometry.error().advice.empty());
  if (!advice.empty()) {
    EXPECT_EQ(geometry.error().advice, advice);
  }
}

TEST(Geometry, SectionsFollowEachOtherOnWholePagesAndTheRingIsLast) {
  for (const std::uint32_t rows : {1U, 2U, 63U, 64U}) {
    for (const SlotLayout slotLayout :
         {SlotLayout::stamped, SlotLayout::packed, SlotLayout::stampedLines}) {
      Choices choices = quoteChoices(slotLayout);
      choices.consumerRows = rows;
      choices.capacity = 1024;
      const Geometry geometry = geometryOf("s", choices).value();
      std::uint64_t end = 0;
      for (const Section& section : geometry.sections) {
        EXPECT_EQ(section.offset, end);
        EXPECT_EQ(section.size % sectionAlignment, 0U);
        EXPECT_GT(section.size, 0U);
        end += section.size;
      }
      EXPECT_EQ(geometry.segmentSize, end);
      EXPECT_GE(geometry.section(SectionId::ring).size, 1024 * geometry.stride);
      EXPECT_GE(geometry.section(SectionId::doorbells).size, (2 + rows) * sizeof(DoorbellLine));
      EXPECT_EQ(geometry.section(SectionId::consumers).size, rows * sizeof(ConsumerPage));
      EXPECT_EQ(geometry.section(SectionId::lifelines).offset,
                geometry.section(SectionId::lifelineNodes).offset + sectionAlignment);
    }
  }
}

TEST(Geometry, ACapacityThatIsNoPowerOfTwoIsRefusedAndTheNextOneNamed) {
  Choices choices = quoteChoices();
  choices.capacity = 3;
  expectRefused(choices, "capacity", "use 4");
  choices.capacity = 1000;
  expectRefused(choices, "capacity", "use 1024");
  choices.capacity = (std::uint64_t{1} << 29) + 1;
  expectRefused(choices, "capacity", "use 536870912");
  choices.capacity = ~std::uint64_t{0};
  expectRefused(choices, "capacity", "use 536870912");
  choices.capacity = 0;
  expectRefused(choices, "capacity");
}

TEST(Geometry, EveryPowerOfTwoUpToTheLargestIsAccepted) {
  Choices choices = quoteChoices();
  for (int bit = 0; bit <= 29; ++bit) {
    choices.capacity = std::uint64_t{1} << bit;
    EXPECT_TRUE(geometryOf("s", choices)) << choices.capacity;
  }
}

TEST(Geometry, ASegmentOfMoreThanATebibyteIsRefusedAndTheLargestCapacityNamed) {
  Choices choices = quoteChoices();
  choices.record = {"Huge", std::size_t{1} << 24, 8, {}};
  choices.capacity = 65536;
  const auto tooLarge = geometryOf("s", choices);
  ASSERT_FALSE(tooLarge);
  EXPECT_EQ(tooLarge.error().field, "capacity");
  EXPECT_EQ(tooLarge.error().expected, "at most 32768 for records of 16777216 bytes");
  choices.capacity = 32768;
  EXPECT_TRUE(geometryOf("s", choices));
}

TEST(Geometry, RowsOutsideOneToSixtyFourAreRefused) {
  Choices choices = quoteChoices();
  for (const std::uint32_t rows : {0U, 65U, ~0U}) {
    choices.consumerRows = rows;
    expectRefused(choices, "consumerRows");
  }
}

TEST(Geometry, ChoicesThatAreNoEnumeratorAreRefused) {
  for (const std::uint32_t number : {0U, 5U, ~0U}) {
    Choices choices = quoteChoices();
    choices.slotLayout = static_cast<SlotLayout>(number);
    expectRefused(choices, "slotLayout");
    choices = quoteChoices();
    choices.withoutConsumers = static_cast<WithoutConsumers>(number);
    expectRefused(choices, "withoutConsumers");
    choices = quoteChoices();
    choices.wakeProtocol = static_cast<WakeProtocol>(number);
    expectRefused(choices, "wakeProtocol");
  }
}

TEST(Geometry, OfMessagesHasItsPayloadBehindTheSlotsOnAPage) {
  for (const std::uint64_t payload : {std::uint64_t{4096}, maxPayloadSize}) {
    Choices choices = testing::messageChoices();
    choices.capacity = 2;
    choices.payloadSize = payload;
    const Geometry geometry = geometryOf("segment", choices).value();
    const Section& ring = geometry.section(SectionId::ring);
    EXPECT_EQ(ring.size, 4096 + payload);
    EXPECT_EQ(geometry.payloadOffset(), ring.offset + 4096);
    EXPECT_EQ(geometry.stride, 64u);
  }
}

TEST(Geometry, MessagesOfImpossibleSlotsOrPayloadsAreRefused) {
  for (const std::uint64_t payload : {std::uint64_t{0}, std::uint64_t{2048}, std::uint64_t{6144},
                                      2 * maxPayloadSize, ~std::uint64_t{0}}) {
    Choices choices = testing::messageChoices();
    choices.payloadSize = payload;
    expectRefused(choices, "payloadSize");
  }
  Choices choices = testing::messageChoices();
  choices.capacity = 1;
  expectRefused(choices, "capacity");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{48}, std::size_t{4136}, ~std::size_t{0}}) {
    choices = testing::messageChoices();
    choices.record.size = size;
    expectRefused(choices, "recordSize");
  }
  choices = testing::messageChoices();
  choices.record.alignment = 16;
  expectRefused(choices, "recordAlignment");
  choices = testing::messageChoices();
  choices.record.fields = testing::quoteFields;
  expectRefused(choices, "fieldCount");
  choices = quoteChoices();
  choices.payloadSize = 4096;
  expectRefused(choices, "payloadSize");
}

TEST(Geometry, RecordsOfImpossibleSizeOrAlignmentAreRefused) {
  Choices choices = quoteChoices();
  choices.record = {"R", 0, 1, {}};
  expectRefused(choices, "recordSize");
  choices.record = {"R", (std::size_t{1} << 24) + 1, 1, {}};
  expectRefused(choices, "recordSize");
  choices.record = {"R", 12, 8, {}};
  expectRefused(choices, "recordSize");
  choices.record = {"R", 8, 0, {}};
  expectRefused(choices, "recordAlignment");
  choices.record = {"R", 8, 3, {}};
  expectRefused(choices, "recordAlignment");
  choices.record = {"R", 8192, 8192, {}};
  expectRefused(choices, "recordAlignment");
}

TEST(Geometry, ARecordNameOfMoreThanSixtyThreeBytesIsRefused) {
  const std::string name(63, 'x');
  Choices choices = quoteChoices();
  choices.record.name = name;
  EXPECT_TRUE(geometryOf("s", choices));
  const std::string longer(64, 'x');
  choices.record.name = longer;
  expectRefused(choices, "recordName");
  const std::string withNul("a\0b", 3);
  choices.record.name = withNul;
  expectRefused(choices, "recordName");
}

TEST(Geometry, FieldsOutsideTheRecordAreRefused) {
  const std::array<Field, 5> wrong{
      Field{"f", 25, 1, 1, FieldKind::bytes}, Field{"f", 20, 8, 1, FieldKind::bytes},
      Field{"f", 0, 8, 4, FieldKind::bytes}, Field{"f", 8, 4, ~std::size_t{0}, FieldKind::bytes},
      Field{"f", 8, 0, 1, FieldKind::bytes}};
  for (const Field& field : wrong) {
    Choices choices = quoteChoices();
    choices.record.fields = {&field, 1};
    expectRefused(choices, "field 'f'");
  }
}

TEST(Geometry, MoreThan256FieldsAreRefused) {
  const std::vector<Field> fields(257, quoteFields[0]);
  Choices choices = quoteChoices();
  choices.record.fields = fields;
  expectRefused(choices, "fieldCount");
  choices.record.fields = std::span(fields).first(256);
  EXPECT_TRUE(geometryOf("s", choices));
}

TEST(Schema, AFieldComesBackFromItsEntryAndALongNameIsCut) {
  const std::string name(60, 'n');
  const Field field{name, 4, 2, 3, FieldKind::unsignedInteger};
  const FieldEntry entry = entryOf(field);
  const Field back = fieldOf(entry);
  EXPECT_EQ(back.name, std::string(47, 'n'));
  EXPECT_EQ(back.offset, 4U);
  EXPECT_EQ(back.size, 2U);
  EXPECT_EQ(back.count, 3U);
  EXPECT_EQ(back.kind, FieldKind::unsignedInteger);
  EXPECT_EQ(fingerprintOf({&field, 1}), fingerprintOf({&back, 1}));
}

TEST(Schema, AnEntryWithoutAnEndIsReadToItsLastByteOnly) {
  FieldEntry entry{};
  entry.name.fill('x');
  EXPECT_EQ(fieldOf(entry).name.size(), maxFieldName);
}

TEST(Schema, TheFingerprintDependsOnEveryPartOfEveryField) {
  const std::uint64_t whole = fingerprintOf(quoteFields);
  EXPECT_NE(whole, 0U);
  EXPECT_EQ(fingerprintOf({}), 0U);
  for (std::size_t i = 0; i < quoteFields.size(); ++i) {
    auto fields = quoteFields;
    fields[i].name = "other";
    EXPECT_NE(fingerprintOf(fields), whole);
    fields = quoteFields;
    ++fields[i].offset;
    EXPECT_NE(fingerprintOf(fields), whole);
    fields = quoteFields;
    ++fields[i].size;
    EXPECT_NE(fingerprintOf(fields), whole);
    fields = quoteFields;
    ++fields[i].count;
    EXPECT_NE(fingerprintOf(fields), whole);
    fields = quoteFields;
    fields[i].kind = FieldKind::bytes;
    EXPECT_NE(fingerprintOf(fields), whole);
  }
  EXPECT_NE(fingerprintOf(std::span(quoteFields).first(3)), whole);
}

TEST(Leases, NoTwoOfThemShareAByte) {
  EXPECT_LT(leaseByte(consumerParticipant(maxConsumerRows - 1)), nameByte);
  EXPECT_LT(nameByte, consumerNameByte(""));
  EXPECT_LE(consumerNameByte("risk"), std::uint64_t{1} << 63);
  EXPECT_NE(consumerNameByte("risk"), consumerNameByte("journal"));
}

}  // namespace
}  // namespace sluice::detail
