#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "support/segment_image.hpp"

namespace sluice::detail {
namespace {

using testing::Quote;
using testing::quoteChoices;
using testing::quoteFields;
using testing::SegmentImage;

constexpr const char* segment = "/dev/shm/ticks";

Header goodHeader() {
  return SegmentImage().header();
}

Result<Geometry> check(const Header& header, std::uint64_t fileSize) {
  return checkHeader(segment, std::as_bytes(std::span(&header, 1)), fileSize);
}

TEST(HeaderCheck, AcceptsWhatMakeHeaderMakesAndYieldsTheSameGeometry) {
  for (const SlotLayout slotLayout :
       {SlotLayout::stamped, SlotLayout::packed, SlotLayout::stampedLines}) {
    SegmentImage image(quoteChoices(slotLayout));
    const auto geometry = checkHeader(segment, image.bytes(), image.bytes().size());
    ASSERT_TRUE(geometry) << geometry.error().message();
    EXPECT_EQ(geometry->sections, image.geometry().sections);
    EXPECT_EQ(geometry->segmentSize, image.geometry().segmentSize);
    EXPECT_EQ(geometry->capacity, 16U);
    EXPECT_EQ(geometry->stride, image.geometry().stride);
    EXPECT_EQ(geometry->recordSize, sizeof(Quote));
    EXPECT_EQ(geometry->recordAlignment, alignof(Quote));
    EXPECT_EQ(geometry->consumerRows, 3U);
    EXPECT_EQ(geometry->slotLayout, slotLayout);
  }
}

TEST(HeaderCheck, NeedsNoAlignmentOfTheBytes) {
  const Header header = goodHeader();
  std::vector<std::byte> bytes(sizeof header + 1);
  std::memcpy(bytes.data() + 1, &header, sizeof header);
  EXPECT_TRUE(checkHeader(segment, std::span(bytes).subspan(1), header.segmentSize));
}

struct Damage {
  const char* field;
  ErrorCode code;
  std::function<void(Header&)> apply;
};

std::vector<Damage> damages() {
  const auto notASegment = ErrorCode::notASegment;
  const auto incompatible = ErrorCode::incompatible;
  std::vector<Damage> all{
      {"magic", notASegment, [](Header& h) { h.magic[0] = 's'; }},
      {"magic", notASegment, [](Header& h) { h.magic[7] = 0; }},
      {"byteOrder", incompatible, [](Header& h) { h.byteOrder = 0x04030201; }},
      {"readerFormat", incompatible, [](Header& h) { h.readerFormat = h.writerFormat = 3; }},
      {"readerFormat", incompatible, [](Header& h) { h.readerFormat = h.writerFormat = 1; }},
      {"readerFormat", notASegment, [](Header& h) { h.readerFormat = 0; }},
      {"writerFormat", notASegment, [](Header& h) { h.writerFormat = 1; }},
      {"headerSize", notASegment, [](Header& h) { h.headerSize = 8192; }},
      {"segmentSize", notASegment, [](Header& h) { h.segmentSize += 1; }},
      {"segmentSize", notASegment, [](Header& h) { h.segmentSize = ~std::uint64_t{0}; }},
      {"capacity", notASegment, [](Header& h) { h.capacity = 0; }},
      {"capacity", notASegment, [](Header& h) { h.capacity = 15; }},
      {"capacity", notASegment, [](Header& h) { h.capacity = std::uint64_t{1} << 63; }},
      {"recordSize", notASegment, [](Header& h) { h.recordSize = 0; }},
      {"recordSize", notASegment, [](Header& h) { h.recordSize = ~0U; }},
      {"recordAlignment", notASegment, [](Header& h) { h.recordAlignment = 0; }},
      {"recordAlignment", notASegment, [](Header& h) { h.recordAlignment = 6; }},
      {"stride", notASegment, [](Header& h) { h.stride = 0; }},
      {"stride", notASegment, [](Header& h) { h.stride += 8; }},
      {"slotLayout", notASegment, [](Header& h) { h.slotLayout = SlotLayout{0}; }},
      {"slotLayout", notASegment, [](Header& h) { h.slotLayout = SlotLayout{5}; }},
      {"payloadSize", notASegment, [](Header& h) { h.slotLayout = SlotLayout::messages; }},
      {"stride", notASegment, [](Header& h) { h.slotLayout = SlotLayout::stampedLines; }},
      {"lineSpacing", notASegment, [](Header& h) { h.lineSpacing = 64; }},
      {"wakeProtocol", notASegment, [](Header& h) { h.wakeProtocol = 0; }},
      {"wakeProtocol", notASegment, [](Header& h) { h.wakeProtocol = 4; }},
      {"consumerRows", notASegment, [](Header& h) { h.consumerRows = 0; }},
      {"consumerRows", notASegment, [](Header& h) { h.consumerRows = 65; }},
      {"withoutConsumers", notASegment,
       [](Header& h) { h.withoutConsumers = WithoutConsumers{0}; }},
      {"sequenceBits", notASegment, [](Header& h) { h.sequenceBits = 32; }},
      {"fieldCount", notASegment, [](Header& h) { h.fieldCount = 257; }},
      {"fingerprint", notASegment, [](Header& h) { h.fieldCount = 0; }},
      {"recordName", notASegment, [](Header& h) { h.recordName.fill('x'); }},
      {"recordName", notASegment, [](Header& h) { h.recordName[63] = 'x'; }},
      {"id", notASegment, [](Header& h) { h.id = {}; }},
      {"firstSequence", notASegment, [](Header& h) { h.firstSequence = (1ULL << 62) + 1; }},
      {"payloadSize", notASegment, [](Header& h) { h.payloadSize = 4096; }},
      {"reserved", notASegment, [](Header& h) { h.reserved.front() = 1; }},
      {"reserved", notASegment, [](Header& h) { h.reserved.back() = 1; }},
  };
  constexpr std::array<const char*, sectionCount> names{
      "sections.header",        "sections.schema",    "sections.producer",  "sections.doorbells",
      "sections.lifelineNodes", "sections.lifelines", "sections.consumers", "sections.ring"};
  for (std::size_t i = 0; i < sectionCount; ++i) {
    all.push_back({names[i], notASegment, [i](Header& h) { h.sections[i].offset += 4096; }});
    all.push_back({names[i], notASegment, [i](Header& h) { h.sections[i].size ^= 1; }});
  }
  return all;
}

TEST(HeaderCheck, NamesTheFieldThatIsDamagedAndWhatWasFoundAndExpected) {
  for (const Damage& damage : damages()) {
    Header header = goodHeader();
    const std::uint64_t fileSize = header.segmentSize;
    damage.apply(header);
    const auto geometry = check(header, fileSize);
    ASSERT_FALSE(geometry) << damage.field;
    const Error& error = geometry.error();
    EXPECT_EQ(error.field, damage.field);
    EXPECT_EQ(error.code, damage.code) << damage.field;
    EXPECT_EQ(error.segment, segment);
    EXPECT_FALSE(error.found.empty()) << damage.field;
    EXPECT_FALSE(error.expected.empty()) << damage.field;
    EXPECT_FALSE(error.advice.empty()) << damage.field;
  }
}

TEST(HeaderCheck, SaysWhichLibraryANewerFormatNeeds) {
  Header header = goodHeader();
  header.readerFormat = header.writerFormat = 7;
  EXPECT_EQ(check(header, header.segmentSize).error().advice,
            "use a Sluice that reads segment format 7");
  header.readerFormat = 1;
  EXPECT_THAT(check(header, header.segmentSize).error().advice,
              ::testing::HasSubstr("an older Sluice made it"));
}

TEST(HeaderCheck, AcceptsANewerWriterThatThisReaderUnderstandsAndItsUseOfReservedBytes) {
  Header header = goodHeader();
  header.writerFormat = writerFormat + 1;
  header.reserved[0] = 1;
  EXPECT_TRUE(check(header, header.segmentSize));
}

TEST(HeaderCheck, WhatOnlyPeopleReadIsNotJudged) {
  Header header = goodHeader();
  header.bootId.fill(0xff);
  header.creator = {1, 2, 3, 4, 5};
  EXPECT_TRUE(check(header, header.segmentSize));
}

TEST(HeaderCheck, AFileOfAnotherSizeThanTheSegmentIsRefused) {
  const Header header = goodHeader();
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{4096}, header.segmentSize - 1,
                                   header.segmentSize + 1, ~std::uint64_t{0}}) {
    const auto geometry = check(header, size);
    ASSERT_FALSE(geometry) << size;
    EXPECT_EQ(geometry.error().code, ErrorCode::notASegment);
    EXPECT_EQ(geometry.error().field, "file size");
  }
}

TEST(HeaderCheck, TooFewBytesForAHeaderAreRefused) {
  SegmentImage image;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{4095}})
    EXPECT_EQ(checkHeader(segment, image.bytes().first(size), size).error().field, "file size");
}

TEST(HeaderCheck, SurvivesAnyBytes) {
  std::mt19937_64 random(20240501);
  const Header good = goodHeader();
  int accepted = 0;
  for (int i = 0; i < 100'000; ++i) {
    Header header = good;
    auto* bytes = reinterpret_cast<unsigned char*>(&header);
    const int changes = 1 + static_cast<int>(random() % 4);
    // Nine of ten changes hit the fields, which are the first 336 bytes.
    for (int c = 0; c < changes; ++c) {
      const std::size_t range = random() % 10 == 0 ? sizeof header : offsetof(Header, reserved);
      bytes[random() % range] = static_cast<unsigned char>(random());
    }
    const auto geometry = check(header, header.segmentSize);
    if (!geometry) continue;
    ++accepted;
    // What is accepted describes places inside the file.
    for (const Section& section : geometry->sections) {
      ASSERT_LE(section.offset, header.segmentSize);
      ASSERT_LE(section.size, header.segmentSize - section.offset);
    }
    ASSERT_LE(geometry->capacity * geometry->stride, geometry->section(SectionId::ring).size);
  }
  EXPECT_GT(accepted, 0) << "some changes hit only what is not judged";
  std::vector<std::byte> noise(sizeof(Header));
  for (int i = 0; i < 1000; ++i) {
    for (std::byte& byte : noise)
      byte = static_cast<std::byte>(random());
    EXPECT_FALSE(checkHeader(segment, noise, random()));
  }
}

RecordDescription quoteRecord() {
  return quoteChoices().record;
}

void expectMismatch(const RecordDescription& record, SlotLayout slotLayout,
                    const std::string& field) {
  const auto result = checkExpectation(segment, goodHeader(), {record, slotLayout});
  ASSERT_FALSE(result) << field;
  EXPECT_EQ(result.error().code, ErrorCode::recordMismatch);
  EXPECT_EQ(result.error().field, field);
  EXPECT_EQ(result.error().segment, segment);
  EXPECT_FALSE(result.error().found.empty());
  EXPECT_FALSE(result.error().expected.empty());
}

TEST(RecordCheck, AcceptsTheTypeThatTheSegmentWasCreatedFor) {
  EXPECT_TRUE(checkExpectation(segment, goodHeader(), {quoteRecord(), SlotLayout::stamped}));
}

TEST(RecordCheck, SizeAlignmentNameFieldsAndSlotLayoutAllCount) {
  RecordDescription record = quoteRecord();
  record.size += 8;
  expectMismatch(record, SlotLayout::stamped, "recordSize");
  record = quoteRecord();
  record.alignment = 4;
  expectMismatch(record, SlotLayout::stamped, "recordAlignment");
  record = quoteRecord();
  record.name = "Trade";
  expectMismatch(record, SlotLayout::stamped, "recordName");
  record = quoteRecord();
  auto fields = quoteFields;
  fields[1].kind = FieldKind::unsignedInteger;
  record.fields = fields;
  expectMismatch(record, SlotLayout::stamped, "fingerprint");
  expectMismatch(quoteRecord(), SlotLayout::packed, "slotLayout");
}

TEST(RecordCheck, AWakeProtocolThatIsAskedForCounts) {
  EXPECT_TRUE(checkExpectation(segment, goodHeader(), {.wakeProtocol = WakeProtocol::fence}));
  const auto other = checkExpectation(segment, goodHeader(), {.wakeProtocol = WakeProtocol::none});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::incompatible);
  EXPECT_EQ(other.error().field, "wakeProtocol");
  EXPECT_EQ(other.error().found, "fence");
  EXPECT_EQ(other.error().expected, "none");
}

TEST(RecordCheck, ANameOnOneSideOnlyIsAMismatch) {
  RecordDescription record = quoteRecord();
  record.name = {};
  expectMismatch(record, SlotLayout::stamped, "recordName");
}

TEST(RecordCheck, ANameOfAnyBytesIsToldInPrintableOnes) {
  Header header = goodHeader();
  header.recordName[1] = '\xff';
  header.recordName[2] = '\n';
  const auto result = checkExpectation(segment, header, {quoteRecord(), SlotLayout::stamped});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().found.substr(0, 4), "'" + std::string(1, header.recordName[0]) + "??");
}

TEST(RecordCheck, FieldsCountOnlyWhereBothSidesDescribeThem) {
  RecordDescription record = quoteRecord();
  record.fields = {};
  EXPECT_TRUE(checkExpectation(segment, goodHeader(), {record, SlotLayout::stamped}));
}

}  // namespace
}  // namespace sluice::detail
