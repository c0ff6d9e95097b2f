// Whole streams between processes.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "conformance/conformance.hpp"
#include "support/child_process.hpp"
#include "support/threads_after_fork.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;

template <class P>
class Streams : public Conformance<P> {
 protected:
  /// Reads the numbers 0 to count - 1 in their order and then the end; 0 if all was well.
  static int readAll(const std::string& segment, const ConsumerOptions& options,
                     std::uint64_t count, std::size_t commitEach) {
    auto in = P::attach(segment, options).value();
    std::uint64_t expected = 0;
    while (auto batch = in.wait()) {
      if (batch.first() != expected) return 1;
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const Tick tick = P::read(batch, i);
        if (tick.number != expected++ || !tick.isWhole()) return 2;
        if ((i + 1) % commitEach == 0 && in.commit(i + 1) != Status::ok) return 3;
      }
      if (in.commit() != Status::ok) return 4;
    }
    if (expected != count) return 5;
    return in.status() == Status::closed ? 0 : 6;
  }
};
TYPED_TEST_SUITE(Streams, PortsAndMessages, PortName);

TYPED_TEST(Streams, AreReadByThreeProcessesOnceAndInOrder) {
  constexpr std::uint64_t records = 50'000;
  auto ring = this->create({.capacity = 64});
  std::vector<ChildProcess> readers;
  for (const std::string reader : {"one", "two", "three"}) {
    readers.emplace_back([this, reader] {
      return this->readAll(this->name.str(), {.name = reader, .startAt = StartAt::oldest}, records,
                           reader.size());
    });
  }
  ASSERT_EQ(ring.waitForConsumers({"one", "two", "three"}, 60s), Status::ok);
  for (std::uint64_t n = 0; n < records;) {
    const std::uint64_t most = std::min(n % 11 + 1, records - n);
    if (n % 5 == 0) {
      TypeParam::send(ring, std::span<const Tick>(ticks(n, n + most)));
      n += most;
    } else if (n % 3 == 0) {
      TypeParam::claim(ring, n++);
    } else {
      const auto claimed = ring.claimUpTo(most);
      for (std::size_t i = 0; i < claimed.size(); ++i)
        TypeParam::write(claimed, i, n++);
    }
    ASSERT_EQ(ring.publish(), Status::ok);
  }
  ring.close();
  for (ChildProcess& reader : readers)
    EXPECT_EQ(reader.wait(), 0);
}

TYPED_TEST(Streams, AreCarriedByEveryWaitStrategy) {
  constexpr std::uint64_t records = 2'000;
  for (const WaitStrategy& strategy : {WaitStrategy::spinThenYield(), WaitStrategy::spinThenSleep(),
                                       WaitStrategy::sleepAtOnce()}) {
    testing::SegmentName segment;
    auto ring = TypeParam::create(segment.str(), {.capacity = 8, .waitStrategy = strategy}).value();
    ChildProcess reader([&] {
      return this->readAll(segment.str(),
                           {.name = "reader", .startAt = StartAt::oldest, .waitStrategy = strategy},
                           records, 1);
    });
    ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
    this->publish(ring, 0, records);
    ring.close();
    EXPECT_EQ(reader.wait(), 0);
  }
}

TYPED_TEST(Streams, AreGivenInFullToAConsumerThatOnlyTries) {
  constexpr std::uint64_t records = 20'000;
  auto ring = this->create({.capacity = 16});
  ChildProcess reader([&] {
    auto in = this->attach({.name = "reader"});
    std::uint64_t expected = 0;
    for (;;) {
      const auto batch = in.tryWait();
      if (!batch && batch.status() != Status::timedOut)
        return batch.status() == Status::closed && expected == records ? 0 : 1;
      for (std::size_t i = 0; i < batch.size(); ++i)
        if (TypeParam::read(batch, i).number != expected++) return 2;
      if (batch && in.commit() != Status::ok) return 3;
    }
  });
  ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
  for (std::uint64_t n = 0; n < records;) {
    if (!TypeParam::tryClaim(ring, n)) continue;
    ring.publish();
    ++n;
  }
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
}

}  // namespace
}  // namespace sluice::conformance
