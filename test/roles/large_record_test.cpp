// Records of many megabytes: none lies on a stack, and none is cleared before it is written.
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/sanitizers.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using testing::ChildProcess;
using testing::SegmentName;

constexpr std::size_t mebibyte = 1 << 20;

struct Frame {
  std::uint64_t number;
  std::byte pixels[8 * mebibyte - 16];
  std::uint64_t numberAgain;
};
static_assert(sizeof(Frame) == 8 * mebibyte);

void publish(Producer<Frame>& ring, std::uint64_t number) {
  Frame& frame = ring.claimOne();
  frame.number = number;
  frame.pixels[sizeof frame.pixels / 2] = std::byte(number);
  frame.numberAgain = number;
  ring.publish();
}

bool isFrame(const Frame& frame, std::uint64_t number) {
  return frame.number == number && frame.numberAgain == number &&
         frame.pixels[sizeof frame.pixels / 2] == std::byte(number);
}

/// Runs it in a thread with that much stack.
void runOnStackOf(std::size_t size, std::function<void()> run) {
  pthread_attr_t attributes;
  ASSERT_EQ(::pthread_attr_init(&attributes), 0);
  ASSERT_EQ(::pthread_attr_setstacksize(&attributes, size), 0);
  pthread_t thread{};
  const auto start = [](void* job) -> void* {
    (*static_cast<std::function<void()>*>(job))();
    return nullptr;
  };
  ASSERT_EQ(::pthread_create(&thread, &attributes, start, &run), 0);
  ASSERT_EQ(::pthread_join(thread, nullptr), 0);
  ::pthread_attr_destroy(&attributes);
}

/// Bytes of this process's own memory that are there, without what it shares with others.
std::size_t ownMemory() {
  std::ifstream file("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  std::size_t shared = 0;
  file >> size >> resident >> shared;
  return (resident - shared) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

TEST(LargeRecord, IsReadByAnObserverOnASmallStack) {
  SegmentName name;
  auto ring = Producer<Frame>::create(name.str(), {.capacity = 4}).value();
  publish(ring, 1);
  publish(ring, 2);
  publish(ring, 3);
  runOnStackOf(256 << 10, [&] {
    auto observer = Observer<Frame>::attach(name.str(), {.startAt = StartAt::oldest}).value();
    const auto seen = observer.wait();
    EXPECT_TRUE(seen);
    EXPECT_TRUE(isFrame(seen.record, 1));
    const auto own = std::make_unique_for_overwrite<Frame>();
    EXPECT_TRUE(observer.read(*own));
    EXPECT_TRUE(isFrame(*own, 2));
    EXPECT_TRUE(isFrame(observer.tryWait().record, 3));
    EXPECT_EQ(observer.tryWait().status, Status::timedOut);
  });
}

TEST(LargeRecord, IsWrittenAndReadInPlaceOnASmallStack) {
  SegmentName name;
  auto ring = Producer<Frame>::create(name.str(), {.capacity = 4}).value();
  auto in = Consumer<Frame>::attach(name.str()).value();
  const auto own = std::make_unique<Frame>();
  own->number = own->numberAgain = 1;
  own->pixels[sizeof own->pixels / 2] = std::byte(1);
  runOnStackOf(256 << 10, [&] {
    publish(ring, 0);
    ring.send(*own);
    const auto batch = in.wait();
    ASSERT_EQ(batch.size(), 2u);
    EXPECT_TRUE(isFrame(batch[0], 0));
    EXPECT_TRUE(isFrame(batch[1], 1));
    EXPECT_EQ(in.commit(), Status::ok);
  });
}

TEST(LargeRecord, IsNotClearedByAnObserverThatSeesNone) {
  if (testing::sanitized) GTEST_SKIP() << "a sanitizer's memory is there in other ways";
  SegmentName name;
  auto ring = Producer<Frame>::create(name.str(), {.capacity = 4}).value();
  ChildProcess reader([&] {
    const std::size_t before = ownMemory();
    auto observer = Observer<Frame>::attach(name.str()).value();
    for (int i = 0; i < 3; ++i)
      if (observer.tryWait()) return 1;
    return ownMemory() - before < sizeof(Frame) / 2 ? 0 : 2;
  });
  EXPECT_EQ(reader.wait(), 0);
}

TEST(LargeRecord, KeepsWhatALapAgoWasThereWhenItIsClaimed) {
  SegmentName name;
  auto ring = Producer<Frame>::create(name.str(), {.capacity = 1}).value();
  publish(ring, 7);
  EXPECT_TRUE(isFrame(ring.claimOne(), 7));
}

}  // namespace
}  // namespace sluice
