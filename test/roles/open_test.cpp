// Opening a segment that is there: which producer is let in, and where the stream goes on.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "refusal.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

TEST(Open, ASecondProducerIsRefusedAndToldWhoHoldsTheRing) {
  SegmentName name;
  SharedNumber ready;
  ChildProcess holder([&] {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    ready.set(1);
    return ready.reaches(2) ? 0 : 1;
  });
  ASSERT_TRUE(ready.reaches(1));
  const Error error = errorOf(Producer<Tick>::open(name.str()));
  EXPECT_EQ(error.code, ErrorCode::inUse);
  EXPECT_NE(error.message().find("pid " + std::to_string(holder.pid())), std::string::npos)
      << error.message();
  ready.set(2);
  EXPECT_EQ(holder.wait(), 0);
}

TEST(Open, ContinuesWhereAProducerOfAnotherProcessLeftAndWhoStayedSeesOneStream) {
  SegmentName name;
  SharedNumber step;
  ChildProcess first([&] {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    step.set(1);
    if (!step.reaches(2)) return 1;
    for (std::uint64_t n = 0; n < 5; ++n) {
      ring.claimOne() = Tick::of(n);
      ring.publish();
    }
    static_cast<void>(ring.claimUpTo(2));  // claimed and never published
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  auto in = Consumer<Tick>::attach(name.str(), {.withoutProducer = WithoutProducer::stay}).value();
  auto leaves = Consumer<Tick>::attach(name.str()).value();
  step.set(2);
  ASSERT_EQ(first.wait(), 0);
  auto ring = Producer<Tick>::open(name.str()).value();
  EXPECT_EQ(ring.lastPublished(), 4u);
  for (std::uint64_t n = 5; n < 8; ++n) {
    ring.claimOne() = Tick::of(n);
    ring.publish();
  }
  ring.close();
  std::uint64_t expected = 0;
  while (auto batch = in.wait()) {
    for (const Tick& tick : batch)
      ASSERT_EQ(tick.number, expected++);
    in.commit();
  }
  EXPECT_EQ(expected, 8u);
  EXPECT_EQ(in.status(), Status::closed);
}

TEST(Open, AClosedStreamCannotGoOn) {
  SegmentName name;
  {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    ring.close();
  }
  EXPECT_EQ(errorOf(Producer<Tick>::open(name.str())).code, ErrorCode::ended);
}

TEST(CreateOrOpen, CreatesTheFirstTimeAndContinuesTheNext) {
  SegmentName name;
  {
    auto ring = Producer<Tick>::createOrOpen(name.str(), {.capacity = 8}).value();
    ring.claimOne() = Tick::of(0);
    ring.publish();
  }
  auto ring = Producer<Tick>::createOrOpen(name.str(), {.capacity = 64}).value();
  EXPECT_EQ(ring.lastPublished(), 0u);
  EXPECT_EQ(ring.capacity(), 8u);
}

}  // namespace
}  // namespace sluice
