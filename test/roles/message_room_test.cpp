// How much a producer of messages may claim at once.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "message_stream.hpp"
#include "sluice/sluice.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::SegmentName;

TEST(Messages, LongerThanHalfTheRegionAreRefusedAlwaysAndTheErrorSaysWhatToDo) {
  SegmentName name;
  auto ring = createSmall(name);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(ring.tryClaim(2049).status(), Status::tooLarge);
    EXPECT_EQ(ring.claim(2049, 60s).status(), Status::tooLarge);
    ring.send(std::string(static_cast<std::size_t>(i), 'x'));
  }
  try {
    (void)ring.claim(5000);
    FAIL() << "it was not refused";
  } catch (const Exception& exception) {
    const std::string text = exception.what();
    EXPECT_NE(text.find("5000"), std::string::npos) << text;
    EXPECT_NE(text.find("2048"), std::string::npos) << text;
    EXPECT_NE(text.find("payloadBytes"), std::string::npos) << text;
  }
  EXPECT_TRUE(ring.tryClaim(2048));
}

TEST(Messages, InAllSlotsButOneLeaveNoneToClaim) {
  SegmentName name;
  auto ring = createSmall(name);
  for (std::uint64_t n = 0; n < 15; ++n)
    claimAndFinish(ring, n, 10, 10);
  EXPECT_EQ(ring.tryClaim(10).status(), Status::allClaimed);
  EXPECT_EQ(ring.claim(10, 60s).status(), Status::allClaimed);
  EXPECT_THROW((void)ring.claim(10), Exception);
  ring.publish();
  EXPECT_TRUE(ring.tryClaim(10));
}

/// Has the payload stand at each offset of the region in turn.
TEST(Messages, OfTogetherHalfTheRegionPassAtEveryOffsetAndNotOneLineMore) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  std::uint64_t number = 0;
  const auto drain = [&] {
    while (in.lastCommitted() != ring.lastPublished()) {
      const auto batch = in.wait();
      for (const Message& message : batch)
        ASSERT_TRUE(isOf(message.sequence, message.bytes, message.kind));
      ASSERT_EQ(in.commit(), Status::ok);
    }
  };
  for (std::size_t lines = 0; lines < 64; ++lines) {
    for (const std::size_t part : {64U, 128U, 512U, 1024U, 2048U}) {
      SCOPED_TRACE(::testing::Message() << "at line " << lines << ", in parts of " << part);
      // Unread messages up to the region's full size stand in the way.
      while (ring.lastPublished() + 1 < number || ring.claim(64, WaitLimit::now())) {
        ring.abandon();
        claimAndFinish(ring, number, 64, 64);
        ring.publish();
        ++number;
        if (number % 16 == 0) break;
      }
      ring.abandon();
      drain();
      for (std::size_t sum = part, claims = 1; sum <= 2048 && claims < 15; sum += part, ++claims) {
        const auto room = ring.tryClaim(part);
        ASSERT_TRUE(room) << nameOf(room.status()) << " at a sum of " << sum;
        fill(room.bytes(), number);
        room.finish(part, kindOf(number++));
        if (sum == 2048) {
          ASSERT_EQ(ring.tryClaim(41).status(), Status::allClaimed);
        }
      }
      ring.publish();
      drain();
      // On by one line.
      claimAndFinish(ring, number++, 64, 64);
      ring.publish();
      drain();
    }
  }
}

}  // namespace
}  // namespace sluice
