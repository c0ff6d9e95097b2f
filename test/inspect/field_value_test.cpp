#include "inspect/field_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace sluice::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class T>
std::vector<FieldValue> valuesIn(const T& value, FieldKind kind, std::uint32_t elementSize) {
  const SchemaField field{"f", 0, elementSize,
                          static_cast<std::uint32_t>(sizeof value / elementSize), kind};
  return valuesOf(field, std::as_bytes(std::span(&value, 1)));
}

TEST(FieldValue, NumbersOfEverySizeKeepTheirSignAndValue) {
  const auto kind = FieldKind::signedInteger;
  EXPECT_THAT(valuesIn(std::int8_t{-5}, kind, 1), ElementsAre(FieldValue(std::int64_t{-5})));
  EXPECT_THAT(valuesIn(std::int16_t{-5}, kind, 2), ElementsAre(FieldValue(std::int64_t{-5})));
  EXPECT_THAT(valuesIn(std::int32_t{-5}, kind, 4), ElementsAre(FieldValue(std::int64_t{-5})));
  EXPECT_THAT(valuesIn(std::int64_t{-5}, kind, 8), ElementsAre(FieldValue(std::int64_t{-5})));
  EXPECT_THAT(valuesIn(std::uint8_t{250}, FieldKind::unsignedInteger, 1),
              ElementsAre(FieldValue(std::uint64_t{250})));
  EXPECT_THAT(valuesIn(~std::uint64_t{0}, FieldKind::unsignedInteger, 8),
              ElementsAre(FieldValue(~std::uint64_t{0})));
  EXPECT_THAT(valuesIn(1.5F, FieldKind::real, 4), ElementsAre(FieldValue(1.5F)));
  EXPECT_THAT(valuesIn(-2.25, FieldKind::real, 8), ElementsAre(FieldValue(-2.25)));
  EXPECT_THAT(valuesIn(true, FieldKind::boolean, 1), ElementsAre(FieldValue(true)));
}

TEST(FieldValue, AnArrayHasAValueForEachElement) {
  const std::array<std::int16_t, 3> numbers{1, -2, 3};
  EXPECT_THAT(valuesIn(numbers, FieldKind::signedInteger, 2),
              ElementsAre(FieldValue(std::int64_t{1}), FieldValue(std::int64_t{-2}),
                          FieldValue(std::int64_t{3})));
}

TEST(FieldValue, TextEndsAtItsFirstNulOrWithTheField) {
  EXPECT_THAT(valuesIn(std::array<char, 4>{'J', 'F', 'K', 0}, FieldKind::text, 1),
              ElementsAre(FieldValue(std::string("JFK"))));
  EXPECT_THAT(valuesIn(std::array<char, 3>{'J', 'F', 'K'}, FieldKind::text, 1),
              ElementsAre(FieldValue(std::string("JFK"))));
}

TEST(FieldValue, BytesAndUnknownSizesAreHexadecimal) {
  const std::array<unsigned char, 3> bytes{0x00, 0xa5, 0xff};
  EXPECT_THAT(valuesIn(bytes, FieldKind::bytes, 3), ElementsAre(FieldValue(std::string("00a5ff"))));
  EXPECT_THAT(valuesIn(bytes, FieldKind::signedInteger, 3),
              ElementsAre(FieldValue(std::string("00a5ff"))));
  EXPECT_THAT(valuesIn(std::array<unsigned char, 16>{}, FieldKind::real, 16),
              ElementsAre(FieldValue(std::string(32, '0'))));
}

TEST(FieldValue, AFieldThatDoesNotLieInTheRecordHasNone) {
  const std::array<std::byte, 8> record{};
  EXPECT_THAT(valuesOf({"f", 8, 1, 1, FieldKind::bytes}, record), IsEmpty());
  EXPECT_THAT(valuesOf({"f", 4, 8, 1, FieldKind::bytes}, record), IsEmpty());
  EXPECT_THAT(valuesOf({"f", ~0U, ~0U, ~0U, FieldKind::bytes}, record), IsEmpty());
  EXPECT_THAT(valuesOf({"f", 0, 0, 0, FieldKind::text}, record), IsEmpty());
}

}  // namespace
}  // namespace sluice::inspect
