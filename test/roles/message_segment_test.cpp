// How a segment of messages is sized, and what it is not.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "message_stream.hpp"
#include "sluice/sluice.hpp"

namespace sluice {
namespace {

using testing::SegmentName;

TEST(MessageSegment, IsSizedByOneNumber) {
  SegmentName name;
  {
    const auto ring = MessageProducer::create(name.str(), {.payloadBytes = 1 << 20}).value();
    EXPECT_EQ(ring.capacity(), 1024u);
    EXPECT_EQ(ring.longest(), 1u << 19);
  }
  SegmentName other;
  const auto ring = MessageProducer::create(other.str(), {.capacity = 64}).value();
  EXPECT_EQ(ring.payloadBytes(), 65536u);
  EXPECT_EQ(ring.longestInSlot(), 40u);
}

TEST(MessageSegment, IsRefusedWithTheNumberThatIsOutOfRange) {
  SegmentName name;
  const auto fieldOf = [&](const MessageOptions& options) {
    const auto ring = MessageProducer::create(name.str(), options);
    return ring ? std::string("none") : ring.error().field;
  };
  EXPECT_EQ(fieldOf({}), "payloadBytes");
  for (const std::uint64_t bytes : {5000U, 7000U, 2048U, 3'000'000U}) {
    EXPECT_EQ(fieldOf({.payloadBytes = bytes}), "payloadBytes") << bytes;
    EXPECT_EQ(fieldOf({.payloadBytes = bytes, .capacity = 16}), "payloadBytes") << bytes;
  }
  EXPECT_EQ(fieldOf({.payloadBytes = std::uint64_t{1} << 32, .capacity = 16}), "payloadBytes");
  EXPECT_EQ(fieldOf({.capacity = 1}), "capacity");
  EXPECT_EQ(fieldOf({.capacity = 3000}), "capacity");
  EXPECT_EQ(fieldOf({.capacity = std::uint64_t{1} << 62}), "capacity");
  EXPECT_EQ(fieldOf({.capacity = 16, .slotSize = 72}), "slotSize");
  EXPECT_EQ(fieldOf({.capacity = 16, .slotSize = 0}), "slotSize");
  EXPECT_EQ(fieldOf({.capacity = 16, .slotSize = 8192}), "slotSize");
}

TEST(MessageSegment, IsNoneOfRecordsAndTheOtherWayRound) {
  SegmentName messages;
  SegmentName records;
  const auto ring = createSmall(messages);
  const auto other = Producer<std::uint64_t>::create(records.str(), {.capacity = 16}).value();
  const auto codeOf = [](const auto& result) {
    return result ? std::string("none") : std::string(nameOf(result.error().code));
  };
  EXPECT_EQ(codeOf(Consumer<std::uint64_t>::attach(messages.str())), "recordMismatch");
  EXPECT_EQ(codeOf(UntypedConsumer::attach(messages.str())), "recordMismatch");
  EXPECT_EQ(codeOf(UntypedObserver::attach(messages.str())), "recordMismatch");
  EXPECT_EQ(codeOf(UntypedProducer::open(messages.str())), "recordMismatch");
  EXPECT_EQ(codeOf(MessageConsumer::attach(records.str())), "recordMismatch");
  EXPECT_EQ(codeOf(MessageObserver::attach(records.str())), "recordMismatch");
  EXPECT_EQ(codeOf(MessageProducer::open(records.str())), "recordMismatch");
  EXPECT_EQ(codeOf(UntypedProducer::create("none", {.capacity = 16}, {.size = 40, .alignment = 8},
                                           SlotLayout::messages)),
            "invalidArgument");
}

}  // namespace
}  // namespace sluice
