// Batches as ranges: of both layouts random access, of the packed one an array.
#include "sluice/batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <ranges>
#include <span>
#include <type_traits>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using testing::SegmentName;

using PackedRecords = Batch<const Tick, packed>;
using PackedClaim = Batch<Tick, packed>;
using StampedRecords = Batch<const Tick, stamped>;
using StampedClaim = Batch<Tick, stamped>;

template <class B>
constexpr bool isView = std::ranges::random_access_range<B>&& std::ranges::sized_range<B>&&
    std::ranges::common_range<B>&& std::ranges::borrowed_range<B>&& std::ranges::view<B>&&
        std::is_trivially_copyable_v<B>;
static_assert(isView<PackedRecords> && isView<PackedClaim>);
static_assert(isView<StampedRecords> && isView<StampedClaim>);

static_assert(std::ranges::contiguous_range<PackedRecords>);
static_assert(std::ranges::contiguous_range<PackedClaim>);
static_assert(!std::ranges::contiguous_range<StampedRecords>, "there are stamps in between");

template <class B>
using SpanOf = decltype(std::span(std::declval<B&>()));
static_assert(std::is_same_v<SpanOf<PackedRecords>, std::span<const Tick>>);
static_assert(std::is_same_v<SpanOf<PackedClaim>, std::span<Tick>>);
static_assert(std::is_same_v<std::ranges::range_reference_t<StampedRecords>, const Tick&>);
static_assert(std::is_same_v<std::ranges::range_reference_t<StampedClaim>, Tick&>);

template <class L>
class BatchOf : public ::testing::Test {
 protected:
  /// Publishes ticks 0 to n - 1 in a batch.
  void publish(std::size_t n) {
    std::uint64_t number = 0;
    for (Tick& tick : ring.claimUpTo(n))
      tick = Tick::of(number++);
    ring.publish();
  }

  SegmentName name;
  Producer<Tick, L> ring = Producer<Tick, L>::create(name.str(), {.capacity = 16}).value();
  Consumer<Tick, L> in = Consumer<Tick, L>::attach(name.str()).value();
};
using Layouts = ::testing::Types<stamped, packed>;
TYPED_TEST_SUITE(BatchOf, Layouts);

TYPED_TEST(BatchOf, IsReadByIndexByIteratorAndBackwards) {
  this->publish(5);
  const auto batch = this->in.wait();
  ASSERT_EQ(batch.size(), 5u);
  EXPECT_EQ(batch.front().number, 0u);
  EXPECT_EQ(batch.back().number, 4u);
  EXPECT_EQ(batch[3].number, 3u);
  EXPECT_EQ(batch.begin()[2].number, 2u);
  EXPECT_EQ(batch.begin()->number, 0u);
  EXPECT_EQ(batch.end() - batch.begin(), 5);
  EXPECT_TRUE(batch.begin() + 5 == batch.end());
  EXPECT_TRUE(batch.begin() < batch.end());
  std::uint64_t expected = 5;
  for (auto it = batch.end(); it != batch.begin();)
    EXPECT_EQ((--it)->number, --expected);
}

TYPED_TEST(BatchOf, GoesThroughTheAlgorithmsOfTheStandardLibrary) {
  this->publish(8);
  const auto batch = this->in.wait();
  const auto sum = [](std::uint64_t total, const Tick& tick) { return total + tick.number; };
  EXPECT_EQ(std::accumulate(batch.begin(), batch.end(), std::uint64_t{0}, sum), 28u);
  const auto found = std::ranges::find(batch, 6u, &Tick::number);
  ASSERT_NE(found, batch.end());
  EXPECT_EQ(found - batch.begin(), 6);
  const auto bound = std::ranges::lower_bound(batch, 3u, {}, &Tick::number);
  EXPECT_EQ(bound->number, 3u);
  const auto isOdd = [](const Tick& tick) { return tick.number % 2 == 1; };
  EXPECT_EQ(std::ranges::count_if(batch, isOdd), 4);
  std::vector<Tick> odd;
  std::ranges::copy_if(batch, std::back_inserter(odd), isOdd);
  ASSERT_EQ(odd.size(), 4u);
  EXPECT_EQ(odd.back().number, 7u);
}

TYPED_TEST(BatchOf, IsCutIntoPartsThatReferToTheSameRecords) {
  this->publish(8);
  const auto batch = this->in.wait();
  const auto middle = batch.subspan(2, 3);
  ASSERT_EQ(middle.size(), 3u);
  EXPECT_EQ(middle.first(), 2u);
  EXPECT_EQ(middle.last(), 4u);
  EXPECT_EQ(&middle[0], &batch[2]);
  EXPECT_EQ(middle.back().number, 4u);
  const auto rest = batch.subspan(6);
  EXPECT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest.front().number, 6u);
  EXPECT_EQ(batch.subspan(3, 99).size(), 5u);
  EXPECT_EQ(middle.subspan(1).front().number, 3u);
  const auto none = batch.subspan(8);
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(none.begin() == none.end());
  EXPECT_EQ(none.first(), 8u);
}

TYPED_TEST(BatchOf, ThatIsEmptyHasNoRecordsAndSaysWhy) {
  const auto batch = this->in.tryWait();
  EXPECT_FALSE(batch);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.size(), 0u);
  EXPECT_TRUE(batch.begin() == batch.end());
  EXPECT_EQ(batch.first(), 0u);
  EXPECT_EQ(batch.last(), noSequence);
  EXPECT_EQ(batch.status(), Status::timedOut);
}

TYPED_TEST(BatchOf, IsWrittenInPlaceByAProducer) {
  auto claimed = this->ring.claimUpTo(4);
  std::ranges::fill(claimed, Tick::of(7));
  std::ranges::for_each(claimed.subspan(1, 2), [](Tick& tick) { tick = Tick::of(9); });
  this->ring.publish();
  const auto batch = this->in.wait();
  ASSERT_EQ(batch.size(), 4u);
  EXPECT_EQ(batch[0].number, 7u);
  EXPECT_EQ(batch[1].number, 9u);
  EXPECT_EQ(batch[2].number, 9u);
  EXPECT_EQ(batch[3].number, 7u);
}

TEST(PackedBatch, IsASpan) {
  SegmentName name;
  auto ring = Producer<Tick, packed>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Tick, packed>::attach(name.str()).value();
  auto claimed = ring.claimUpTo(3);
  std::span slots(claimed);
  for (std::size_t i = 0; i < slots.size(); ++i)
    slots[i] = Tick::of(i);
  ring.publish();
  const auto batch = in.wait();
  const std::span records(batch);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[2].number, 2u);
  EXPECT_EQ(records.data(), batch.data());
  const std::span<const Tick> part = batch.subspan(1);
  EXPECT_EQ(part.front().number, 1u);
}

TEST(PackedBatch, OutlivedByItsIteratorsAsTheyBelongToTheRing) {
  SegmentName name;
  auto ring = Producer<Tick, packed>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Tick, packed>::attach(name.str()).value();
  ring.send(Tick::of(3));
  const auto found = std::ranges::find(in.wait(), 3u, &Tick::number);
  EXPECT_EQ(found->number, 3u);
}

}  // namespace
}  // namespace sluice
