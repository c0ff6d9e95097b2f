// Another process writes random words all over a segment of messages while a stream runs through
// it. Nothing is promised of the messages then; every call still comes back, and no byte outside
// the segment is touched.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>

#include "format/geometry.hpp"
#include "message_stream.hpp"
#include "segment/checked_file.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

constexpr auto patience = 2ms;

/// Damages the producer's page, the rows and the heads of slots, until told.
int damage(const SegmentName& name, const SharedNumber& step, std::uint64_t seed) {
  const auto segment = detail::openChecked(name.path()).value();
  const detail::Geometry& geometry = segment.geometry;
  const int file = ::open(name.path().string().c_str(), O_RDWR | O_CLOEXEC);
  auto* const base = static_cast<std::byte*>(
      ::mmap(nullptr, geometry.segmentSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  std::mt19937_64 random(seed);
  while (step.get() < 2) {
    const auto section = random() % 3 == 0   ? detail::SectionId::producer
                         : random() % 3 == 0 ? detail::SectionId::consumers
                                             : detail::SectionId::ring;
    const std::uint64_t most = section == detail::SectionId::ring ? geometry.capacity * 64 : 832;
    std::byte* const at = base + geometry.section(section).offset + random() % (most / 8) * 8;
    auto& word = *reinterpret_cast<std::atomic<std::uint64_t>*>(at);
    const std::uint64_t before = word.load(std::memory_order_relaxed);
    const std::uint64_t numbers[]{random(), before + random() % 200 - 100,
                                  before ^ std::uint64_t{1} << random() % 64, random() % 8192};
    word.store(numbers[random() % 4], std::memory_order_relaxed);
  }
  ::munmap(base, geometry.segmentSize);
  return 0;
}

void read(const MessageBatch& batch, std::uint64_t& sum) {
  for (const Message& message : batch)
    for (const std::byte byte : message.bytes)
      sum += static_cast<std::uint64_t>(byte);
}

/// Publishes, takes over from itself, reads and looks, on whatever is there.
void runThrough(const SegmentName& name, std::chrono::steady_clock::time_point end) {
  std::uint64_t sum = 0;
  while (std::chrono::steady_clock::now() < end) {
    auto ring = MessageProducer::open(name.str());
    auto in = MessageConsumer::attach(
        name.str(), {.name = "risk", .startAt = StartAt::oldest, .evictAfter = 1ms});
    auto observer = MessageObserver::attach(name.str(), {.startAt = StartAt::oldest});
    for (int i = 0; i < 20; ++i) {
      if (ring) {
        const auto room = ring->claim(static_cast<std::size_t>(i) * 100, patience);
        if (room) room.finish(room.bytes().size());
        ring->publish();
      }
      if (in) {
        read(in->wait(patience), sum);
        in->commit();
      }
      if (observer) {
        const auto seen = observer->wait(patience);
        ASSERT_LE(seen.bytes.size(), 4096u);
      }
    }
  }
  EXPECT_GE(sum, 0u);
}

TEST(DamagedMessages, EndNoProcessAndNoCallWhileAnotherWritesAllOverThem) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SegmentName name;
    SharedNumber step;
    ChildProcess roles([&] {
      { auto ring = createSmall(name); }
      step.set(1);
      runThrough(name, std::chrono::steady_clock::now() + 1s);
      return ::testing::Test::HasFailure() ? 1 : 0;
    });
    ASSERT_TRUE(step.reaches(1));
    ChildProcess vandal([&] { return damage(name, step, seed); });
    EXPECT_EQ(roles.wait(), 0) << seed;
    step.set(2);
    EXPECT_EQ(vandal.wait(), 0);
  }
}

}  // namespace
}  // namespace sluice
