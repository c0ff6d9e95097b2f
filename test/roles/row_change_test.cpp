// What a change of the rows or of the stream's state rings, arms and refuses.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <thread>

#include "format/consumer_page.hpp"
#include "format/segment_view.hpp"
#include "os/futex.hpp"
#include "segment/checked_file.hpp"
#include "segment/rows.hpp"
#include "sluice/sluice.hpp"
#include "support/eventually.hpp"
#include "support/overwrite.hpp"
#include "support/process_facts.hpp"
#include "support/segment_image.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using detail::DoorbellValue;
using testing::SegmentName;

/// The words of a segment, read and written as another process would.
class Words {
 public:
  explicit Words(const SegmentName& name) : segment_(openChecked(name.path()).value()) {}

  DoorbellValue doorbell(std::uint32_t participant) {
    return {read<std::uint64_t>(sectionAt(detail::SectionId::doorbells) +
                                (1 + participant) * sizeof(detail::DoorbellLine))};
  }
  std::uint32_t membership() {
    return read<std::uint32_t>(sectionAt(detail::SectionId::doorbells));
  }
  void markLifeline(std::uint32_t participant) {
    const std::uint64_t at =
        sectionAt(detail::SectionId::lifelines) + participant * sizeof(detail::LifelineWord);
    write(at, read<std::uint32_t>(at) | 0x4000'0000U);
  }
  /// Of the first row: where its consumer is, as one that has long joined.
  void setCursor(Sequence sequence) {
    const std::uint64_t row = sectionAt(detail::SectionId::consumers);
    write(row + offsetof(detail::ConsumerPage, joinedAt), sequence);
    write(row + offsetof(detail::ConsumerPage, cursor), sequence);
  }

 private:
  std::uint64_t sectionAt(detail::SectionId id) { return segment_.geometry.section(id).offset; }
  template <class Number>
  Number read(std::uint64_t at) {
    Number number{};
    EXPECT_TRUE(segment_.file.read(at, std::as_writable_bytes(std::span(&number, 1))));
    return number;
  }
  template <class Number>
  void write(std::uint64_t at, Number number) {
    testing::overwrite(segment_.file.path().string(), at, std::as_bytes(std::span(&number, 1)));
  }

  detail::CheckedFile segment_;
};

constexpr std::uint32_t firstRow = detail::consumerParticipant(0);

TEST(RowChange, OfAConsumerThatLeavesRaisesTheMembershipAndRingsItsRow) {
  SegmentName name;
  auto ring = create(name, 8);
  std::optional in = Consumer<Tick>::attach(name.str()).value();
  Words words(name);
  const auto members = words.membership();
  const auto epoch = words.doorbell(firstRow).epoch();
  in.reset();
  EXPECT_NE(words.membership(), members);
  EXPECT_NE(words.doorbell(firstRow).epoch(), epoch);
}

TEST(RowChange, WakesTheThreadsThatSleepOnTheMembershipAndOnTheRow) {
  testing::SegmentImage image;
  const auto wakesOf = [&](const void* word, std::uint32_t value) {
    std::atomic<pid_t> sleeper{0};
    std::atomic<detail::Sleep> result{detail::Sleep::timedOut};
    std::jthread thread([&] {
      sleeper = static_cast<pid_t>(::syscall(SYS_gettid));
      const detail::FutexExpectation seen{word, value};
      result = detail::sleepOn({&seen, 1}, std::chrono::steady_clock::now() + 60s);
    });
    EXPECT_TRUE(
        testing::eventually([&] { return sleeper != 0 && testing::isAsleepOnFutex(sleeper); }));
    detail::announceRowChange(image.view(), 1);
    thread.join();
    return result == detail::Sleep::woken;
  };
  const auto& members = image.view().membership().count;
  EXPECT_TRUE(wakesOf(&members, members.load()));
  const auto& doorbell = image.view().doorbell(detail::consumerParticipant(1));
  EXPECT_TRUE(wakesOf(detail::epochWord(doorbell), DoorbellValue{doorbell.load()}.epoch()));
}

TEST(Close, RingsTheProducersDoorbellAndThoseOfTheRows) {
  SegmentName name;
  auto ring = create(name, 8);
  auto in = Consumer<Tick>::attach(name.str()).value();
  Words words(name);
  const auto ofProducer = words.doorbell(detail::producerParticipant).epoch();
  const auto ofRow = words.doorbell(firstRow).epoch();
  ring.close();
  EXPECT_NE(words.doorbell(detail::producerParticipant).epoch(), ofProducer);
  EXPECT_NE(words.doorbell(firstRow).epoch(), ofRow);
}

/// A mark that the kernel did not set: of a consumer that lives.
TEST(TakenForDead, AConsumerThatLivesIsToldSoAtItsNextCommit) {
  SegmentName name;
  // That spins, as a producer that sleeps arms the doorbell for itself.
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 4}).value();
  auto in = Consumer<Tick>::attach(name.str()).value();
  publish(ring, 0, 4);
  ASSERT_EQ(in.wait().size(), 4u);
  Words words(name);
  words.markLifeline(firstRow);
  ASSERT_TRUE(ring.claimOne(60s));
  EXPECT_TRUE(words.doorbell(firstRow).armed());
  EXPECT_EQ(in.commit(), Status::evicted);
}

TEST(TakenForDead, AProducerThatLivesThoughItIsMarkedIsStillThere) {
  SegmentName name;
  auto ring = create(name, 4);
  auto in = Consumer<Tick>::attach(name.str()).value();
  Words(name).markLifeline(detail::producerParticipant);
  EXPECT_EQ(in.wait(1ms).status(), Status::timedOut);
  EXPECT_EQ(in.tryWait().status(), Status::timedOut);
}

TEST(RowCursor, FartherBehindThanTwoRingsIsNoCursor) {
  SegmentName name;
  auto ring = create(name, 4);
  auto in = Consumer<Tick>::attach(name.str()).value();
  for (std::uint64_t number = 0; number < 16; ++number) {
    publish(ring, number);
    ASSERT_EQ(in.wait().size(), 1u);
    in.commit();
  }
  Words words(name);
  constexpr Sequence published = 15;
  words.setCursor(published - 8);
  EXPECT_EQ(ring.claimUpTo(4, 1ms).status(), Status::timedOut);
  words.setCursor(published - 9);
  EXPECT_EQ(ring.claimUpTo(4, 1ms).status(), Status::corrupt);
}

}  // namespace
}  // namespace sluice
