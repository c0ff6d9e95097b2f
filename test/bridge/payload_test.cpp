// The bytes of a batch.
#include "payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "batch_heads.hpp"

namespace shm_bridge {
namespace {

Schema messageSchema() {
  Schema schema;
  schema.layout = sluice::SlotLayout::messages;
  return schema;
}

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(RecordPayload, IsTheRecordsWithoutWhatLiesBetweenThem) {
  struct Slot {
    std::uint64_t stamp;
    std::array<char, 16> record;
  };
  const std::array<Slot, 2> slots{Slot{1, {"0123456789abcde"}}, Slot{2, {"fedcba987654321"}}};
  PayloadWriter writer(64, 64);
  EXPECT_TRUE(writer.isEmpty());
  writer.addRecords(reinterpret_cast<const std::byte*>(slots[0].record.data()), 16, sizeof(Slot),
                    2);
  EXPECT_EQ(writer.count(), 2u);
  ASSERT_EQ(writer.bytes().size(), 32u);
  EXPECT_EQ(std::memcmp(writer.bytes().data() + 16, slots[1].record.data(), 16), 0);
  EXPECT_EQ(faultOf(writer.bytes(), tickSchema(), 2), "");
  EXPECT_EQ(writer.recordsThatFit(16), 2u);
  writer.clear();
  EXPECT_TRUE(writer.isEmpty());
  EXPECT_EQ(writer.recordsThatFit(16), 4u);
}

TEST(RecordPayload, TakesALongRecordAloneAndNoneThatNoBatchTakes) {
  PayloadWriter writer(10, 100);
  EXPECT_EQ(writer.recordsThatFit(16), 1u) << "alone it may be longer than a batch is meant to be";
  EXPECT_EQ(writer.recordsThatFit(101), 0u);
  const std::vector<std::byte> record(16);
  writer.addRecords(record.data(), 16, 16, 1);
  EXPECT_EQ(writer.recordsThatFit(16), 0u);
}

TEST(RecordPayload, OfAnotherSizeThanTheHeadSaysIsAFault) {
  const std::vector<std::byte> bytes(48);
  EXPECT_EQ(faultOf(bytes, tickSchema(), 3), "");
  EXPECT_NE(faultOf(bytes, tickSchema(), 2), "");
  EXPECT_NE(faultOf(bytes, tickSchema(), 4), "");
  EXPECT_NE(faultOf(std::span(bytes).first(47), tickSchema(), 3), "");
  EXPECT_NE(faultOf(bytes, tickSchema(), (std::uint64_t{1} << 60) + 3), "");
}

TEST(MessagePayload, GivesEachMessageAgain) {
  const std::vector<std::string> messages{"", "a", std::string(1000, 'x')};
  PayloadWriter writer(4096, 4096);
  std::uint32_t kind = 7;
  for (const std::string& message : messages)
    writer.addMessage(bytesOf(message), sluice::Kind{kind++});
  ASSERT_EQ(faultOf(writer.bytes(), messageSchema(), 3), "");
  std::span<const std::byte> rest = writer.bytes();
  kind = 7;
  for (const std::string& message : messages) {
    const FramedMessage got = takeMessage(rest);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(got.bytes.data()), got.bytes.size()),
              message);
    EXPECT_EQ(got.kind, sluice::Kind{kind++});
  }
  EXPECT_TRUE(rest.empty());
}

TEST(MessagePayload, ThatIsCutAnywhereIsAFault) {
  PayloadWriter writer(4096, 4096);
  writer.addMessage(bytesOf("hello"), {});
  writer.addMessage(bytesOf(""), {});
  writer.addMessage(bytesOf("world"), {});
  const auto whole = writer.bytes();
  EXPECT_NE(faultOf(whole, messageSchema(), 2), "");
  EXPECT_NE(faultOf(whole, messageSchema(), 4), "");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(faultOf(whole.first(size), messageSchema(), 3), "") << size;
}

TEST(MessagePayload, TakesALongMessageAloneAndNoneThatNoBatchTakes) {
  PayloadWriter writer(100, 1000);
  EXPECT_TRUE(writer.hasRoomFor(900)) << "alone it may be longer than a batch is meant to be";
  EXPECT_FALSE(writer.hasRoomFor(993)) << "with its head it is longer than any may be";
  EXPECT_TRUE(writer.hasRoomFor(50));
  writer.addMessage(bytesOf(std::string(50, 'x')), {});
  EXPECT_FALSE(writer.hasRoomFor(50));
  EXPECT_TRUE(writer.hasRoomFor(34));
}

}  // namespace
}  // namespace shm_bridge
