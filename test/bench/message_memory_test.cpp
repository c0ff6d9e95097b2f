// What messages of Sluice cost in memory: bytes that are skipped, and none that is copied twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>

#include "sluice/message.hpp"
#include "support/message_sizes.hpp"
#include "support/unique_name.hpp"

namespace sluice::bench {
namespace {

using testing::SegmentName;

constexpr std::uint64_t regionBytes = std::uint64_t{1} << 20;
constexpr std::size_t claimedAtMost = regionBytes / 64;

struct Claimed {
  std::size_t most;
  std::size_t size;
};

/// How large a part of the bytes that are claimed is skipped at the region's end, as the addresses
/// of the messages tell. The claim says how many bytes at most and how many in the end.
double skippedPart(const std::function<Claimed(std::uint64_t)>& claim) {
  const SegmentName name;
  auto ring = MessageProducer::create(name.str(), {.payloadBytes = regionBytes}).value();
  auto in = MessageConsumer::attach(name.str(), {.name = "reader"}).value();
  const std::byte* first = nullptr;
  const std::byte* end = nullptr;  // of the payload before, in whole lines
  std::uint64_t claimed = 0;
  std::uint64_t skipped = 0;
  int laps = 0;
  for (std::uint64_t number = 0; laps < 200; ++number) {
    const Claimed wanted = claim(number);
    const MessageClaim room = ring.claim(wanted.most);
    room.finish(wanted.size);
    ring.publish();
    claimed += wanted.most;
    const auto batch = in.wait();
    const std::byte* const place = batch[0].bytes.data();
    const bool isInRegion = wanted.most > ring.longestInSlot();
    if (isInRegion) {
      if (first == nullptr) first = place;
      if (end != nullptr && place != end) {
        EXPECT_EQ(place, first);
        skipped += static_cast<std::uint64_t>(first + regionBytes - end);
      }
      if (place == first) ++laps;
      end = place + (wanted.size + 63) / 64 * 64;
      if (end == first + regionBytes) end = nullptr;
    }
    in.commit();
  }
  return static_cast<double>(skipped) / static_cast<double>(claimed);
}

void expectLittle(const char* workload, double part) {
  ::testing::Test::RecordProperty(workload, std::to_string(100 * part) + " %");
  EXPECT_LT(part, 0.03) << workload;
}

TEST(MessageMemory, OfLessThanThreeInAHundredBytesIsSkippedAtTheRegionsEnd) {
  std::mt19937_64 random(1);
  const auto upTo = [&](std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(1, most)(random);
  };
  const MessageSizes mix = MessageSizes::mix();
  const auto exactly = [](std::size_t size) { return Claimed{size, size}; };
  expectLittle("any size",
               skippedPart([&](std::uint64_t) { return exactly(upTo(claimedAtMost)); }));
  expectLittle("the longest, which does not divide the region",
               skippedPart([&](std::uint64_t) { return exactly(claimedAtMost - 64); }));
  expectLittle("the mix", skippedPart([&](std::uint64_t number) {
                 return exactly(std::min(mix.of(number), claimedAtMost));
               }));
  expectLittle("the longest claimed, and any size in the end", skippedPart([&](std::uint64_t) {
                 return Claimed{claimedAtMost, upTo(claimedAtMost)};
               }));
}

TEST(MessageMemory, IsTheSameBytesThatWereClaimedAndThatAreRead) {
  const SegmentName name;
  auto ring = MessageProducer::create(name.str(), {.payloadBytes = regionBytes}).value();
  auto in = MessageConsumer::attach(name.str(), {.name = "reader"}).value();
  for (const std::size_t size : {std::size_t{8}, std::size_t{200}, regionBytes / 2}) {
    const MessageClaim room = ring.claim(size);
    room.finish(size);
    ring.publish();
    const auto batch = in.wait();
    ASSERT_EQ(batch[0].bytes.size(), size);
    for (const std::size_t place : {std::size_t{0}, size / 2, size - 1}) {
      const volatile std::byte& read = batch[0].bytes[place];
      for (const std::byte written : {std::byte{1}, std::byte{2}}) {
        room.bytes()[place] = written;
        EXPECT_EQ(std::byte{read}, written) << size << " " << place;
      }
    }
    in.commit();
  }
}

}  // namespace
}  // namespace sluice::bench
