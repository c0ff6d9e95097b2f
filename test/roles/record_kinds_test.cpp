// Records of the kinds that users have: without a default constructor, with parts, in parts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"

namespace sluice {

/// As users have it whose records must never be half made.
struct Order {
  explicit Order(std::uint64_t number) : id(number), check(~number) {}
  std::uint64_t id;
  std::uint64_t check;
};
static_assert(!std::is_default_constructible_v<Order>);
template <>
inline constexpr std::string_view recordName<Order> = "Order";

struct Level {
  double price;
  std::int32_t volume;
};
struct Book {
  std::uint64_t time;
  Level best;
  Level levels[3];
  std::array<std::uint16_t, 4> flags;
  char venue[8];
};
template <>
inline constexpr auto recordFields<Book> = std::array{SLUICE_FIELD(Book, time),
                                                      SLUICE_FIELD(Book, best.price),
                                                      SLUICE_FIELD(Book, best.volume),
                                                      SLUICE_FIELD(Book, levels[1].price),
                                                      SLUICE_FIELD(Book, levels[2].volume),
                                                      SLUICE_FIELD(Book, flags),
                                                      SLUICE_FIELD(Book, venue)};

namespace {

using testing::SegmentName;

template <class L>
class RecordsWithoutADefaultConstructor : public ::testing::Test {
 protected:
  SegmentName name;
};
using Layouts = ::testing::Types<stamped, packed>;
TYPED_TEST_SUITE(RecordsWithoutADefaultConstructor, Layouts);

TYPED_TEST(RecordsWithoutADefaultConstructor, PassThroughEveryRole) {
  using Ring = Producer<Order, TypeParam>;
  auto ring = Ring::create(this->name.str(), {.capacity = 8}).value();
  auto in = Consumer<Order, TypeParam>::attach(this->name.str()).value();
  auto observer = Observer<Order, TypeParam>::attach(this->name.str()).value();
  ring.claimOne() = Order(0);
  ring.publish();
  if (Order* const order = ring.tryClaim()) *order = Order(1);
  ring.publish();
  for (Order& order : ring.claimUpTo(1))
    order = Order(2);
  ring.publish();
  ring.send(Order(3));
  const std::vector<Order> more{Order(4), Order(5)};
  ring.send(more);
  EXPECT_EQ(ring.send(more[0], WaitLimit::now()), Status::ok);
  EXPECT_EQ(ring.send(std::span(more), WaitLimit::now()).count, 1u);

  const std::uint64_t ids[] = {0, 1, 2, 3, 4, 5, 4, 4};
  const auto batch = in.wait();
  ASSERT_EQ(batch.size(), 8u);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(batch[i].id, ids[i]);
    EXPECT_EQ(batch[i].check, ~ids[i]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const auto seen = observer.tryWait();
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen.record.id, ids[i]);
  }
  Order own(99);
  ASSERT_TRUE(observer.read(own));
  EXPECT_EQ(own.id, 4u);
}

TEST(NestedFields, AreSeenByAReaderThatHasNotTheType) {
  SegmentName name;
  auto ring = Producer<Book>::create(name.str(), {.capacity = 8}).value();
  auto in = UntypedConsumer::attach(name.str()).value();
  const RecordDescription& record = in.record();
  EXPECT_EQ(record.size, sizeof(Book));
  EXPECT_EQ(record.alignment, alignof(Book));
  struct Expected {
    std::string_view name;
    std::size_t offset;
    std::size_t size;
    std::size_t count;
    FieldKind kind;
  };
  const std::vector<Expected> expected{
      {"time", 0, 8, 1, FieldKind::unsignedInteger},
      {"best.price", 8, 8, 1, FieldKind::real},
      {"best.volume", 16, 4, 1, FieldKind::signedInteger},
      {"levels[1].price", 40, 8, 1, FieldKind::real},
      {"levels[2].volume", 64, 4, 1, FieldKind::signedInteger},
      {"flags", 72, 2, 4, FieldKind::unsignedInteger},
      {"venue", 80, 1, 8, FieldKind::text},
  };
  ASSERT_EQ(record.fields.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Field& field = record.fields[i];
    EXPECT_EQ(field.name, expected[i].name);
    EXPECT_EQ(field.offset, expected[i].offset) << field.name;
    EXPECT_EQ(field.size, expected[i].size) << field.name;
    EXPECT_EQ(field.count, expected[i].count) << field.name;
    EXPECT_EQ(field.kind, expected[i].kind) << field.name;
  }
}

TEST(NestedFields, LieWhereTheyAreSaidToLie) {
  SegmentName name;
  auto ring = Producer<Book>::create(name.str(), {.capacity = 8}).value();
  auto in = UntypedConsumer::attach(name.str()).value();
  Book book{};
  book.levels[1].price = 17.5;
  book.levels[2].volume = -3;
  ring.send(book);
  const auto batch = in.wait();
  ASSERT_EQ(batch.size(), 1u);
  const auto valueOf = [&]<class T>(std::string_view field, T value) {
    for (const Field& known : in.record().fields) {
      if (known.name != field) continue;
      EXPECT_EQ(known.size, sizeof value);
      std::memcpy(&value, batch[0] + known.offset, sizeof value);
      return value;
    }
    ADD_FAILURE() << "no field " << field;
    return value;
  };
  EXPECT_EQ(valueOf("levels[1].price", 0.0), 17.5);
  EXPECT_EQ(valueOf("levels[2].volume", std::int32_t{0}), -3);
}

TEST(UntypedRoles, TellTheSameOfTheRecordToEverybody) {
  SegmentName name;
  auto ring = UntypedProducer::create(name.str(), {.capacity = 8}, describeRecord<Book>(),
                                      SlotLayout::packed)
                  .value();
  const auto in = UntypedConsumer::attach(name.str()).value();
  const auto observer = UntypedObserver::attach(name.str()).value();
  for (const RecordDescription* record : {&ring.record(), &in.record(), &observer.record()}) {
    EXPECT_EQ(record->size, sizeof(Book));
    EXPECT_EQ(record->fields.size(), recordFields<Book>.size());
    EXPECT_EQ(fingerprintOf(record->fields), fingerprintOf(recordFields<Book>));
  }
  EXPECT_EQ(ring.slotLayout(), SlotLayout::packed);
  EXPECT_EQ(in.slotLayout(), SlotLayout::packed);
  EXPECT_EQ(observer.slotLayout(), SlotLayout::packed);
  EXPECT_EQ(ring.stride(), sizeof(Book));
  EXPECT_EQ(in.stride(), sizeof(Book));
}

TEST(UntypedRoles, KeepWhatTheyTellOfTheRecordWhenTheyAreMoved) {
  SegmentName name;
  auto ring = Producer<Order>::create(name.str(), {.capacity = 8}).value();
  auto in = UntypedConsumer::attach(name.str()).value();
  const std::string_view before = in.record().name;
  const auto moved = std::move(in);
  EXPECT_EQ(before, "Order");
  EXPECT_EQ(moved.record().name.data(), before.data());
}

TEST(UntypedRoles, RefuseARecordThatIsNotTheOneExpected) {
  SegmentName name;
  auto ring = Producer<Order>::create(name.str(), {.capacity = 8}).value();
  const auto expected = describeRecord<Book>();
  EXPECT_EQ(UntypedConsumer::attach(name.str(), {}, expected).error().code,
            ErrorCode::recordMismatch);
  EXPECT_EQ(UntypedObserver::attach(name.str(), {}, expected).error().code,
            ErrorCode::recordMismatch);
  { const auto left = std::move(ring); }
  EXPECT_EQ(UntypedProducer::open(name.str(), {}, expected).error().code,
            ErrorCode::recordMismatch);
  EXPECT_TRUE(UntypedProducer::open(name.str(), {}, describeRecord<Order>()));
}

}  // namespace
}  // namespace sluice
