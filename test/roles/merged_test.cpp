// The record of a merged ring, and what is told of it.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "sluice/merged.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

struct Small {
  std::array<char, 3> bytes;
};
struct alignas(64) Line {
  std::array<double, 9> values;
};

template <class T>
void expectLayoutOf() {
  EXPECT_EQ(detail::mergedOffset(alignof(T)), offsetof(Merged<T>, record));
  EXPECT_EQ(detail::mergedSize(sizeof(T), alignof(T)), sizeof(Merged<T>));
  EXPECT_EQ(detail::mergedAlignment(alignof(T)), alignof(Merged<T>));
  const auto& fields = recordFields<Merged<T>>;
  EXPECT_EQ(fields[0].name, "origin");
  EXPECT_EQ(fields[0].size, sizeof(SegmentId));
  EXPECT_EQ(fields[1].name, "sequence");
  EXPECT_EQ(fields[1].offset, offsetof(Merged<T>, sequence));
}

TEST(Merged, LiesAsItsSizeAndOffsetAreComputed) {
  expectLayoutOf<Tick>();
  expectLayoutOf<Small>();
  expectLayoutOf<Line>();
  expectLayoutOf<Merged<Line>>();
}

TEST(Merged, HasTheNamesOfItsRecordBehindAPrefix) {
  EXPECT_EQ(recordName<Merged<Tick>>, "Merged<Tick>");
  EXPECT_EQ(recordFields<Merged<Tick>>.size(), 4u);
  EXPECT_EQ(recordFields<Merged<Tick>>[3].name, "record.complement");
  EXPECT_EQ(recordFields<Merged<Tick>>[3].offset, offsetof(Merged<Tick>, record.complement));
  EXPECT_EQ(recordName<Merged<Merged<Tick>>>, "Merged<Merged<Tick>>");
  EXPECT_EQ(recordFields<Merged<Merged<Tick>>>[5].name, "record.record.complement");
}

TEST(Merged, OfARecordWithoutFieldsHasItsBytes) {
  EXPECT_EQ(recordName<Merged<Small>>, "Merged<>");
  const Field& field = recordFields<Merged<Small>>[2];
  EXPECT_EQ(field.name, "record");
  EXPECT_EQ(field.count, sizeof(Small));
  EXPECT_EQ(field.kind, FieldKind::bytes);
}

}  // namespace
}  // namespace sluice
