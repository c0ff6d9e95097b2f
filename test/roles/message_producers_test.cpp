// Producers of messages that follow each other.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <thread>

#include "format/end_of_stream.hpp"
#include "format/payload_positions.hpp"
#include "format/segment_view.hpp"
#include "message_stream.hpp"
#include "segment/participant.hpp"
#include "segment/segment_name.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/overwrite.hpp"
#include "support/shell_command.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

/// Where the payload of the last published message ends, as a successor finds it.
std::uint64_t endOfPayload(const SegmentName& name) {
  const auto observer = detail::Participant::openAsObserver(name.path(), {}, {}).value();
  return detail::endOfPayload(observer.view(), detail::endOfStream(observer.view())).value();
}

TEST(SuccessorOfMessages, GoesOnWhereThePayloadOfTheLastPublishedEnds) {
  SegmentName name;
  for (std::uint64_t n = 0; n < 300; ++n) {
    auto ring = n == 0 ? createSmall(name) : MessageProducer::open(name.str()).value();
    ASSERT_EQ(ring.lastPublished() + 1, n);
    const std::uint64_t before = endOfPayload(name);
    claimAndFinish(ring, n, 1000, n % 5 * 100);
    ring.publish();
    const std::uint64_t end = endOfPayload(name);
    const std::uint64_t lines = (n % 5 * 100 + 63) / 64 * 64;
    const bool skips = lines != 0 && before % 4096 > 3096;
    const std::uint64_t skipped = skips ? 4096 - before % 4096 : 0;
    ASSERT_EQ(end, before + skipped + lines);
    claimAndFinish(ring, 7777, 1000, 1000);  // dies with its producer
  }
}

/// A producer that has claimed all that can be, written over the whole of it, and is killed.
TEST(SuccessorOfMessages, OfAProducerThatWasKilledAmidItsClaimsLosesNothing) {
  constexpr std::size_t most = 300;
  SegmentName name;
  SharedNumber step;
  auto make = [&] {
    return MessageProducer::createOrOpen(name.str(), {.payloadBytes = 4096, .capacity = 16})
        .value();
  };
  { const auto first = make(); }
  ChildProcess reader([&] {
    auto in = MessageConsumer::attach(name.str(),
                                      {.name = "reader", .withoutProducer = WithoutProducer::stay})
                  .value();
    step.set(1);
    Sequence next = 0;
    while (const auto batch = in.wait()) {
      for (const Message& message : batch)
        if (message.sequence != next++ || message.bytes.size() != sizeOf(message.sequence, most) ||
            !isOf(message.sequence, message.bytes, message.kind))
          return 1;
      in.commit();
    }
    return in.status() == Status::closed && next == 20 * 7 ? 0 : 2;
  });
  ASSERT_TRUE(step.reaches(1));
  for (std::uint64_t life = 0; life < 20; ++life) {
    ChildProcess producer([&] {
      auto ring = make();
      if (ring.lastPublished() + 1 != life * 7) return 1;
      publishMessages(ring, life * 7, life * 7 + 7, most);
      for (int i = 0; i < 14; ++i) {
        const auto room = ring.tryClaim(140);
        if (!room) break;
        std::memset(room.bytes().data(), 0xee, room.bytes().size());
        room.finish(140, Kind{99});
      }
      const auto open = ring.tryClaim(60);
      if (open) std::memset(open.bytes().data(), 0xdd, open.bytes().size());
      ::raise(SIGKILL);
      return 2;
    });
    ASSERT_EQ(producer.wait(), -1000 - SIGKILL);
  }
  auto last = MessageProducer::open(name.str(), {.takeOverWithin = 60s}).value();
  EXPECT_EQ(last.lastPublished() + 1, 20u * 7);
  last.close();
  EXPECT_EQ(reader.wait(), 0);
}

TEST(SuccessorOfMessages, IsRefusedWhereTheLastMessageIsDamaged) {
  SegmentName name;
  {
    auto ring = createSmall(name);
    publishMessages(ring, 0, 3, 500);
  }
  const auto segment = detail::openChecked(name.path()).value();
  const std::uint64_t slot = segment.geometry.section(detail::SectionId::ring).offset +
                             2 * std::uint64_t{segment.geometry.stride};
  const auto write = [&](std::uint64_t offset, std::uint64_t word) {
    testing::overwrite(name.path().string(), slot + offset, std::as_bytes(std::span(&word, 1)));
  };
  write(8, std::uint64_t{1} << 40);
  const auto far = MessageProducer::open(name.str());
  ASSERT_FALSE(far);
  EXPECT_EQ(far.error().code, ErrorCode::notASegment);
  EXPECT_EQ(far.error().field, "position");
  write(8, 4096);
  write(16, ~std::uint64_t{0});
  EXPECT_FALSE(MessageProducer::open(name.str()));
  write(16, 0);
  EXPECT_TRUE(MessageProducer::open(name.str()));
}

/// Any position and any size stay inside.
TEST(DamagedMessages, AreReadInsideTheirRing) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  auto observer = MessageObserver::attach(name.str()).value();
  publishMessages(ring, 0, 1, 500);
  const auto segment = detail::openChecked(name.path()).value();
  const std::uint64_t slot = segment.geometry.section(detail::SectionId::ring).offset;
  const auto batch = in.wait();
  for (const std::uint64_t position : {std::uint64_t{0}, std::uint64_t{4095}, ~std::uint64_t{0}}) {
    for (const std::uint64_t content : {std::uint64_t{0x7fffffff}, ~std::uint64_t{0}}) {
      const std::uint64_t words[]{position, content};
      testing::overwrite(name.path().string(), slot + 8, std::as_bytes(std::span(words)));
      const Message message = batch[0];
      EXPECT_LE(message.bytes.size(), 4096u);
      std::size_t sum = 0;
      for (const std::byte byte : message.bytes)
        sum += static_cast<std::size_t>(byte);
      EXPECT_LE(sum, 255u * 4096u);
    }
  }
  EXPECT_LE(observer.tryWait().bytes.size(), 4096u);
}

/// Everybody sleeps at once; without membarrier the wake protocol is the other one.
TEST(MessagesUnderBothWakeProtocols, ArriveEachOnce) {
  for (const char* refused : {"nothing", "membarrier"}) {
    SegmentName name;
    const auto ran =
        testing::run(std::string(SLUICE_TEST_PROGRAMS_DIR "/refused_stream messages ") +
                     name.str() + " " + refused + " 2>&1");
    EXPECT_EQ(ran.status, 0) << refused << '\n' << ran.output;
  }
}

}  // namespace
}  // namespace sluice
