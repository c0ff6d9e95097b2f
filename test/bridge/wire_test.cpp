// The headers of a message of the stream.
#include "wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "batch_heads.hpp"

namespace shm_bridge {
namespace {

void expectSame(const BatchHead& head) {
  const auto decoded = HeaderMap(head).decode();
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->ring, head.ring);
  EXPECT_EQ(decoded->bridge, head.bridge);
  EXPECT_EQ(decoded->part, head.part);
  EXPECT_EQ(decoded->first, head.first);
  EXPECT_EQ(decoded->count, head.count);
  EXPECT_EQ(decoded->end, head.end);
  EXPECT_EQ(*decoded->schema, *head.schema);
}

TEST(Wire, CarriesABatchAndTheEndOfARing) {
  expectSame(tickBatch(0, 1));
  expectSame(tickBatch(std::uint64_t{1} << 62, 4096, 99));
  BatchHead head = tickBatch(0, 0);
  head.end = RingEnd::closed;
  expectSame(head);
  head.end = RingEnd::left;
  head.first = 17;
  head.bridge = "one \r\n of ours";
  expectSame(head);
}

TEST(Wire, IsPrintableAsciiWhateverTheNamesAre) {
  BatchHead head = tickBatch(3, 2);
  head.bridge = "\n\x01\xff";
  for (const auto& [name, value] : HeadEncoder().encode(head))
    EXPECT_TRUE(std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; })) << name;
}

TEST(Wire, OfAnotherProgramIsNoBatch) {
  EXPECT_FALSE(HeaderMap().decode());
  HeaderMap foreign;
  foreign.values["Content-Type"] = "text/plain";
  EXPECT_FALSE(foreign.decode());
}

TEST(Wire, OfAnotherVersionIsRefusedWithBothVersions) {
  HeaderMap headers(tickBatch(0, 1));
  headers.values["Sluice-Wire"] = "2";
  try {
    headers.decode();
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("found \"2\", expected version 1"));
  }
}

TEST(Wire, WithAHeaderMissingOrWithoutSenseIsRefused) {
  const HeaderMap good(tickBatch(5, 3));
  for (const auto& [name, value] : good.values) {
    if (name == "Sluice-Wire") continue;
    HeaderMap bad = good;
    bad.values.erase(name);
    EXPECT_THROW(bad.decode(), std::invalid_argument) << name << " is missing";
    bad.values[name] = "";
    EXPECT_THROW(bad.decode(), std::invalid_argument) << name << " is empty";
    bad.values[name] = "\xff\xfe%";
    EXPECT_THROW(bad.decode(), std::invalid_argument) << name << " is noise";
  }
  const std::pair<const char*, const char*> changes[] = {
      {"Sluice-Last", "4"},
      {"Sluice-Last", "3"},
      {"Sluice-Last", "-1"},
      {"Sluice-Last", "18446744073709551615"},
      {"Sluice-First", "9223372036854775808"},
      {"Sluice-First", "5 "},
      {"Sluice-First", "0x5"},
      {"Sluice-First", "18446744073709551616"},
      {"Sluice-Part", "1.5"},
      {"Sluice-Ring", "0000000000000000000000000000000"},
      {"Sluice-Ring", "0000000000000000000000000000000g"},
      {"Sluice-Fingerprint", "0000000000000000"},
      {"Sluice-Record", "Tock"},
      {"Sluice-End", "burnt"},
  };
  for (const auto& [name, value] : changes) {
    HeaderMap bad = good;
    bad.values[name] = value;
    EXPECT_THROW(bad.decode(), std::invalid_argument) << name << ": " << value;
  }
}

}  // namespace
}  // namespace shm_bridge
