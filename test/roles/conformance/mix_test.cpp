// Everything that a producer and a consumer can do to a ring, in any order.
#include "conformance/mix.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <random>

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;

template <class P>
class AnyOrder : public Conformance<P> {
 protected:
  static void doSomething(Mix<P>& mix, std::uint64_t what, std::uint64_t n) {
    switch (what) {
      case 0:
        return mix.claimMany(n);
      case 1:
        return mix.publishSome(n);
      case 2:
      case 3:
        return mix.publish();
      case 4:
      case 5:
        return mix.read();
      case 6:
        return mix.commit();
      case 7:
        return mix.commitSome(n);
      case 8:
        return mix.tryClaim();
      case 9:
        return mix.send(n);
      case 10:
        return n == 0 ? mix.abandon() : mix.claimOne();
      case 11:
        return n == 0 ? mix.rewind() : mix.claimOne();
      default:
        return mix.claimOne();
    }
  }

  static void mixAnything(std::uint64_t capacity, const ConsumerOptions& options) {
    SCOPED_TRACE(::testing::Message()
                 << "capacity " << capacity << ", maxBatch " << options.maxBatch
                 << ", evicted after " << options.evictAfter.count() << " ns");
    Mix<P> mix(capacity, options);
    std::mt19937 random(static_cast<std::uint32_t>(capacity));
    for (int step = 0; step < 10'000 && !::testing::Test::HasFatalFailure(); ++step) {
      const std::uint64_t what = random() % 14;
      const std::uint64_t n = random() % (capacity + 2);
      SCOPED_TRACE(::testing::Message() << "step " << step << ": " << what << ", n " << n);
      doSomething(mix, what, n);
      mix.isAsExpected();
    }
  }
};
TYPED_TEST_SUITE(AnyOrder, Ports, PortName);

TYPED_TEST(AnyOrder, GivesEveryRecordOnceWhateverIsMixed) {
  for (const std::uint64_t capacity : {1U, 2U, 8U, 64U, 1024U})
    this->mixAnything(capacity, {});
}

TYPED_TEST(AnyOrder, GivesBatchesOfTheSizeAskedFor) {
  for (const std::uint64_t maxBatch : {1U, 2U, 3U, 5U, 256U})
    this->mixAnything(8, {.maxBatch = maxBatch});
}

TYPED_TEST(AnyOrder, GivesTheSameToAConsumerThatMayBeEvicted) {
  for (const std::uint64_t capacity : {1U, 2U, 8U, 64U})
    this->mixAnything(capacity, {.evictAfter = 1h, .maxBatch = 5});
}

}  // namespace
}  // namespace sluice::conformance
