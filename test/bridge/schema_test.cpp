// What a ring is made of, as text.
#include "schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "batch_heads.hpp"
#include "percent.hpp"

namespace shm_bridge {
namespace {

TEST(Percent, CarriesAnyBytesAsPrintableAscii) {
  std::string all;
  for (int c = 0; c < 256; ++c)
    all += static_cast<char>(c);
  const std::string text = escaped(all);
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })) << text;
  EXPECT_EQ(unescaped(text), all);
  EXPECT_EQ(escaped("Tick"), "Tick");
}

TEST(Percent, IsRefusedWithoutTwoDigitsBehindIt) {
  for (const char* text : {"%", "a%", "%4", "%4g", "%%41", "% 1", "%-1"})
    EXPECT_THROW(unescaped(text), std::invalid_argument) << text;
}

TEST(SchemaText, OfRecordsAndOfMessagesIsTheSchemaAgain) {
  const Schema ticks = tickSchema();
  EXPECT_EQ(Schema::parse(ticks.text()), ticks);
  const Schema messages{.layout = sluice::SlotLayout::messages,
                        .capacity = 64,
                        .recordName = {},
                        .namedFields = {},
                        .slotSize = 128,
                        .payloadBytes = 65536};
  EXPECT_EQ(Schema::parse(messages.text()), messages);
}

TEST(SchemaText, HasTheFingerprintOfTheSegment) {
  const std::array fields{
      sluice::Field{"time", 0, 8, 1, sluice::FieldKind::unsignedInteger},
      sluice::Field{"price", 8, 8, 1, sluice::FieldKind::real},
  };
  EXPECT_EQ(tickSchema().fingerprint(), sluice::fingerprintOf(fields));
}

TEST(SchemaText, ThatNoRingHasIsRefused) {
  const std::string good = tickSchema().text();
  const auto changed = [&good](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const std::vector<std::string> bad{
      "",
      "[]",
      "{}",
      good.substr(0, good.size() - 1),
      changed("packed", "painted"),
      changed("\"size\":16", "\"size\":17"),
      changed("\"size\":16", "\"size\":0"),
      changed("\"size\":16", "\"size\":-16"),
      changed("\"size\":16", "\"size\":4294967296"),
      changed("\"alignment\":8", "\"alignment\":0"),
      changed("\"alignment\":8", "\"alignment\":12"),
      changed("\"offset\":8", "\"offset\":9"),
      changed("\"offset\":8", "\"offset\":4000000000"),
      changed("\"count\":1", "\"count\":3"),
      changed("\"count\":1", "\"count\":4000000000"),
      changed("\"kind\":2", "\"kind\":6"),
      changed("\"fields\"", "\"felder\""),
      changed("Tick", "%"),
  };
  for (const std::string& text : bad)
    EXPECT_THROW(Schema::parse(text), std::invalid_argument) << text;
}

TEST(SchemaOfSameRecords, AskForTheRecordAndNotForTheRing) {
  Schema other = tickSchema();
  other.capacity = 8;
  other.layout = sluice::SlotLayout::stamped;
  EXPECT_TRUE(other.isOfSameRecords(tickSchema()));
  other.namedFields[0].name = "clock";
  EXPECT_FALSE(other.isOfSameRecords(tickSchema()));
}

}  // namespace
}  // namespace shm_bridge
