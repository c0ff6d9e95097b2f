// The mix of messages is what it is said to be, and what is made of sizes is right.
#include "support/message_sizes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/message_lines.hpp"
#include "systems/message_transport.hpp"

namespace sluice::bench {
namespace {

double shareBelow(const MessageSizes& sizes, double bound) {
  return sizes.mean([&](std::size_t size) { return static_cast<double>(size) < bound ? 1 : 0; });
}

/// How much of a normal distribution is below that.
double normal(double deviations) {
  return std::erfc(-deviations / std::sqrt(2.0)) / 2;
}

TEST(MixOfMessages, LiesWithinItsBounds) {
  const MessageSizes mix = MessageSizes::mix();
  EXPECT_GE(std::ranges::min(mix.all()), MessageSizes::mixLeast);
  EXPECT_LE(mix.longest(), MessageSizes::mixMost);
}

TEST(MixOfMessages, IsLogNormal) {
  const MessageSizes mix = MessageSizes::mix();
  const auto deviations = [](double size) {
    return std::log(size / MessageSizes::mixMedian) / MessageSizes::mixSpread;
  };
  // What is out of bounds was drawn anew.
  const double below = normal(deviations(MessageSizes::mixLeast));
  const double all = normal(deviations(MessageSizes::mixMost)) - below;
  for (const double bound : {50.0, 100.0, 200.0, 500.0, 1000.0, 4000.0, 16000.0})
    EXPECT_NEAR(shareBelow(mix, bound), (normal(deviations(bound)) - below) / all, 0.025) << bound;
}

TEST(MixOfMessages, HasSomeOfEachKind) {
  const MessageSizes mix = MessageSizes::mix();
  EXPECT_GT(shareBelow(mix, 41), 0.05);
  EXPECT_GT(mix.longest(), 40'000U);
  EXPECT_GT(mix.mean(), 600);
  EXPECT_LT(mix.mean(), 1200);
}

TEST(MixOfMessages, IsTheSameEachTimeAndBeginsAgain) {
  const MessageSizes one = MessageSizes::mix();
  const MessageSizes other = MessageSizes::mix();
  EXPECT_EQ(one.all(), other.all());
  EXPECT_EQ(one.of(5), other.of(5 + one.all().size()));
}

TEST(MixOfMessages, HasBatchesForWhichItsRingHasRoomTwice) {
  const MessageSizes mix = MessageSizes::mix();
  const MessageRing ring = MessageRing::forStream(mix);
  std::uint64_t most = 0;
  for (std::uint64_t first = 0; first < mix.all().size(); ++first) {
    std::uint64_t bytes = 0;
    for (std::uint64_t next = first; next < first + 32; ++next)
      bytes += ByteRing::taken(mix.of(next)) + lineBytes;
    most = std::max(most, bytes);
  }
  EXPECT_LE(most + ByteRing::taken(mix.longest()), ring.bytes / 2);
}

TEST(MessagesOfOneSize, AreAllOfThat) {
  const MessageSizes sizes(200);
  EXPECT_EQ(sizes.of(0), 200U);
  EXPECT_EQ(sizes.of(12'345), 200U);
  EXPECT_EQ(sizes.longest(), 200U);
  EXPECT_EQ(sizes.mean(), 200);
}

TEST(MessageLines, AreThoseWithBytesInThem) {
  EXPECT_DOUBLE_EQ(linesInByteRing(MessageSizes(32)), 0.625);
  EXPECT_DOUBLE_EQ(linesInSlots(MessageSizes(32), 64), 1);
  EXPECT_DOUBLE_EQ(linesInSlots(MessageSizes(40), 64), 1);
  EXPECT_DOUBLE_EQ(linesInSlots(MessageSizes(41), 64), 2);
  EXPECT_DOUBLE_EQ(linesInByteRing(MessageSizes(200)), 3.25);
  EXPECT_DOUBLE_EQ(linesInSlots(MessageSizes(200), 256), 4);
  EXPECT_DOUBLE_EQ(linesInSlots(MessageSizes(200), 64), 5);
  EXPECT_DOUBLE_EQ(linesInSlots(MessageSizes(20), 256), 1);
}

TEST(MessageBytes, OfEverySizeHaveTheSumThatIsExpected) {
  std::vector<std::byte> bytes(100, std::byte{0xee});
  for (std::size_t size = 0; size < 90; ++size) {
    for (const std::uint64_t sequence :
         {std::uint64_t{0}, std::uint64_t{255}, std::uint64_t{1} << 40}) {
      fillMessage(bytes.data() + 3, size, sequence);
      EXPECT_EQ(sumOfMessage({bytes.data() + 3, size}), expectedSum(size, sequence)) << size;
    }
    EXPECT_EQ(bytes[3 + size], std::byte{0xee}) << "written past " << size;
  }
}

TEST(TallyOfMessages, FindsWhatIsLostDoubledOrChanged) {
  const auto tallied = [](const std::vector<std::uint64_t>& sequences, std::size_t size,
                          std::size_t wanted) {
    Tally tally;
    std::vector<std::byte> bytes(size);
    for (const std::uint64_t sequence : sequences) {
      fillMessage(bytes.data(), size, sequence);
      tally.add(bytes, wanted);
    }
    return tally.isExactly(3, 0);
  };
  EXPECT_TRUE(tallied({0, 1, 2}, 100, 100));
  EXPECT_FALSE(tallied({0, 1}, 100, 100));
  EXPECT_FALSE(tallied({0, 1, 1}, 100, 100));
  EXPECT_FALSE(tallied({0, 2, 1}, 100, 100));
  EXPECT_FALSE(tallied({0, 1, 2}, 100, 104));
}

}  // namespace
}  // namespace sluice::bench
