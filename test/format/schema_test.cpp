#include "sluice/record.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace sluice {
namespace {

struct Lettered {
  std::array<char, 4> code;
  std::array<std::array<std::int16_t, 3>, 2> grid;
  double plain[5];
};

TEST(Fields, AnArrayOfEitherKindIsItsElements) {
  constexpr Field code = SLUICE_FIELD(Lettered, code);
  EXPECT_EQ(code.kind, FieldKind::text);
  EXPECT_EQ(code.size, 1U);
  EXPECT_EQ(code.count, 4U);
  constexpr Field grid = SLUICE_FIELD(Lettered, grid);
  EXPECT_EQ(grid.kind, FieldKind::signedInteger);
  EXPECT_EQ(grid.size, 2U);
  EXPECT_EQ(grid.count, 6U);
  constexpr Field plain = SLUICE_FIELD(Lettered, plain);
  EXPECT_EQ(plain.kind, FieldKind::real);
  EXPECT_EQ(plain.count, 5U);
}

}  // namespace
}  // namespace sluice
