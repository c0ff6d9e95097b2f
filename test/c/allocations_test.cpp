// The calls of sluice.h that pass records and messages: neither memory nor a lock is taken in them.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "c_waits.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace {

// Of this thread. The library calls the functions below, as they are the program's.
constinit thread_local std::uint64_t allocations = 0;
constinit thread_local std::uint64_t locks = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto unit = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  using Lock = int (*)(pthread_mutex_t*);
  static Lock next = nullptr;  // not guarded: that would lock
  if (next == nullptr) next = reinterpret_cast<Lock>(::dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  ++locks;
  return next(mutex);
}

namespace sluice::conformance {
namespace {

constexpr std::uint64_t turns = 1000;

class TakenByC : public ::testing::Test {
 protected:
  static sluice_producer_options options() {
    sluice_producer_options chosen{};
    chosen.struct_size = sizeof chosen;
    chosen.capacity = 16;
    return chosen;
  }
  static int64_t soon() { return sluice_deadline_after(100'000); }

  struct Taken {
    std::uint64_t allocations;
    std::uint64_t locks;
  };
  template <class Calls>
  static Taken takenBy(Calls calls) {
    allocations = locks = 0;
    calls();
    return {allocations, locks};
  }

  testing::SegmentName segment;
};

TEST_F(TakenByC, IsCountedAtAll) {
  const RecordOfC record{describeRecord<Tick>()};
  auto chosen = options();
  chosen.record = record.get();
  sluice_producer* made = nullptr;
  const auto taken =
      takenBy([&] { sluice_producer_create(segment.str().c_str(), &chosen, &made); });
  const Owned<sluice_producer, sluice_producer_destroy> ring(made);
  EXPECT_GT(taken.allocations, 0U);
  EXPECT_GT(taken.locks, 0U);
}

TEST_F(TakenByC, IsNothingForRecords) {
  const RecordOfC record{describeRecord<Tick>()};
  auto chosen = options();
  chosen.record = record.get();
  sluice_producer* made = nullptr;
  ASSERT_EQ(sluice_producer_create(segment.str().c_str(), &chosen, &made), SLUICE_OK);
  const Owned<sluice_producer, sluice_producer_destroy> ring(made);
  sluice_consumer* attached = nullptr;
  ASSERT_EQ(sluice_consumer_attach(segment.str().c_str(), nullptr, &attached), SLUICE_OK);
  const Owned<sluice_consumer, sluice_consumer_destroy> in(attached);
  sluice_batch batch{};
  sluice_claim claim{};
  std::uint64_t failures = 0;
  const auto taken = takenBy([&] {
    for (std::uint64_t n = 0; n < turns; ++n) {
      const Tick tick = Tick::of(n);
      void* place = nullptr;
      failures += sluice_producer_claim_one(ring.get(), SLUICE_FOREVER, &place) != SLUICE_OK;
      std::memcpy(place, &tick, sizeof tick);
      failures += sluice_producer_publish(ring.get()) != SLUICE_OK;
      failures += sluice_consumer_wait(in.get(), SLUICE_FOREVER, &batch) != SLUICE_OK;
      failures += sluice_consumer_commit(in.get()) != SLUICE_OK;
    }
    failures += sluice_consumer_wait(in.get(), soon(), &batch) != SLUICE_TIMED_OUT;
    int status = SLUICE_OK;
    while (status == SLUICE_OK) {
      status = sluice_producer_claim(ring.get(), 5, soon(), &claim);
      sluice_producer_publish_first(ring.get(), 5);
    }
    failures += status != SLUICE_TIMED_OUT;
  });
  EXPECT_EQ(failures, 0U);
  EXPECT_EQ(taken.allocations, 0U);
  EXPECT_EQ(taken.locks, 0U);
}

TEST_F(TakenByC, IsNothingForMessages) {
  const auto chosen = options();
  sluice_message_producer* made = nullptr;
  ASSERT_EQ(sluice_message_producer_create(segment.str().c_str(), &chosen, &made), SLUICE_OK);
  const Owned<sluice_message_producer, sluice_message_producer_destroy> ring(made);
  sluice_message_consumer* attached = nullptr;
  ASSERT_EQ(sluice_message_consumer_attach(segment.str().c_str(), nullptr, &attached), SLUICE_OK);
  const Owned<sluice_message_consumer, sluice_message_consumer_destroy> in(attached);
  sluice_message_batch batch{};
  std::uint64_t failures = 0;
  const auto taken = takenBy([&] {
    for (std::uint64_t n = 0; n < turns; ++n) {
      const std::size_t size = n % 200;
      void* bytes = nullptr;
      sluice_message message{};
      failures +=
          sluice_message_producer_claim(ring.get(), size, SLUICE_FOREVER, &bytes) != SLUICE_OK;
      failures += sluice_message_producer_finish(ring.get(), size, 0) != SLUICE_OK;
      failures += sluice_message_producer_publish(ring.get()) != SLUICE_OK;
      failures += sluice_message_consumer_wait(in.get(), SLUICE_FOREVER, &batch) != SLUICE_OK;
      failures += sluice_message_batch_at(&batch, 0, &message) != SLUICE_OK;
      failures += message.size != size;
      failures += sluice_message_consumer_commit(in.get()) != SLUICE_OK;
    }
    failures += sluice_message_consumer_wait(in.get(), soon(), &batch) != SLUICE_TIMED_OUT;
  });
  EXPECT_EQ(failures, 0U);
  EXPECT_EQ(taken.allocations, 0U);
  EXPECT_EQ(taken.locks, 0U);
}

}  // namespace
}  // namespace sluice::conformance
