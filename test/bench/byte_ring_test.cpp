// The ring of bytes that messages are measured against carries every message, across its end too.
#include "systems/byte_ring.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "support/message_bytes.hpp"

namespace sluice::bench {
namespace {

constexpr std::uint64_t ringBytes = 1024;

/// Of any size up to a third of the ring, so that each offset comes.
std::size_t sizeOf(std::uint64_t number) {
  return static_cast<std::size_t>(number * 7 % 300);
}

template <class Mode>
class AnyByteRing : public testing::Test {
 protected:
  static constexpr Commit commit = Mode::value;

  void write(std::uint64_t number) {
    fillMessage(writer.begin(sizeOf(number)), sizeOf(number), number);
    writer.finish(sizeOf(number));
  }

  /// False when there is none.
  bool readIs(std::uint64_t number) {
    bool isRight = false;
    const bool isThere = reader.next(writer.position(), [&](std::span<const std::byte> bytes) {
      EXPECT_EQ(bytes.size(), sizeOf(number));
      EXPECT_GE(bytes.data(), memory.data());
      EXPECT_LE(bytes.data() + bytes.size(), memory.data() + memory.size());
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8, 0U);
      isRight = sumOfMessage(bytes) == expectedSum(sizeOf(number), number);
    });
    return isThere && isRight;
  }

  bool isEmpty() {
    return !reader.next(writer.position(), [](std::span<const std::byte>) {});
  }

  alignas(64) std::array<std::byte, ringBytes> memory{};
  ByteRing ring{memory.data(), ringBytes};
  ByteRingWriter<commit> writer{ring};
  ByteRingReader<commit> reader{ring};
};

template <Commit commit>
struct By {
  static constexpr Commit value = commit;
};
using Modes = testing::Types<By<Commit::cursor>, By<Commit::header>>;
TYPED_TEST_SUITE(AnyByteRing, Modes);

TYPED_TEST(AnyByteRing, CarriesEachMessageWholeAcrossItsEnd) {
  for (std::uint64_t number = 0; number < 5000; ++number) {
    ASSERT_TRUE(this->isEmpty()) << number;
    this->write(number);
    ASSERT_TRUE(this->readIs(number)) << number;
  }
}

TYPED_TEST(AnyByteRing, CarriesAsManyAsItHasRoomFor) {
  std::uint64_t written = 0;
  std::uint64_t read = 0;
  std::uint64_t most = 0;
  while (written < 5000) {
    while (this->writer.endFor(sizeOf(written)) <= this->reader.position() + ringBytes)
      this->write(written++);
    most = std::max(most, written - read);
    ASSERT_LE(this->writer.position(), this->reader.position() + ringBytes);
    ASSERT_TRUE(this->readIs(read)) << read;
    ++read;
  }
  EXPECT_GT(most, 3U);
}

TYPED_TEST(AnyByteRing, PadsOnlyWhatAMessageWouldCross) {
  // Up to 40 bytes before the end.
  while (this->writer.position() < ringBytes - 40) {
    static_cast<void>(this->writer.begin(0));
    this->writer.finish(0);
  }
  EXPECT_EQ(this->ring.beginOf(ringBytes - 40, 32), ringBytes - 40) << "just fits";
  EXPECT_EQ(this->ring.beginOf(ringBytes - 40, 33), ringBytes);
  EXPECT_EQ(this->writer.begin(33), this->memory.data() + 8);
}

TEST(ByteRingByHeaders, TellsOfAMessageOnlyOnceItIsFinished) {
  alignas(64) std::array<std::byte, ringBytes> memory{};
  const ByteRing ring{memory.data(), ringBytes};
  ByteRingWriter<Commit::header> writer(ring);
  ByteRingReader<Commit::header> reader(ring);
  const auto isThere = [&] { return reader.next(0, [](std::span<const std::byte>) {}); };
  EXPECT_FALSE(isThere());
  fillMessage(writer.begin(100), 100, 1);
  EXPECT_FALSE(isThere());
  writer.finish(100);
  EXPECT_TRUE(isThere());
  EXPECT_FALSE(isThere());
}

}  // namespace
}  // namespace sluice::bench
