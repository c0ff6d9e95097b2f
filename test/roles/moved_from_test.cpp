// Roles that were moved from: every call is answered.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <utility>

#include "detached_answers.hpp"
#include "sluice/sluice.hpp"
#include "sluice/untyped.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_roles.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::SegmentName;

template <class L>
class MovedFrom : public TickRoles<L> {};
TYPED_TEST_SUITE(MovedFrom, EachLayout);

TYPED_TEST(MovedFrom, AProducerIsDetachedAndTheOtherGoesOn) {
  auto ring = this->make();
  ring.claimOne() = Tick::of(0);
  auto other = std::move(ring);
  askProducer(ring, this->answers_);
  this->answers_.expectThrow([&] { ring.send(Tick::of(9)); }, "send");
  this->answers_.expectDetached(ring.send(Tick::of(9), 1ms), "send within");
  EXPECT_EQ(this->answers_.wrong(), 0);
  EXPECT_EQ(other.lastPublished(), noSequence);
  EXPECT_EQ(other.publish(), Status::ok);
  EXPECT_EQ(other.lastPublished(), 0u);
  ring = std::move(other);
  ring.send(Tick::of(1));
  EXPECT_EQ(ring.lastPublished(), 1u);
  EXPECT_EQ(other.publish(), Status::detached);
}

TYPED_TEST(MovedFrom, AConsumerIsDetachedAndTheOtherGoesOn) {
  auto ring = this->make();
  auto in = Consumer<Tick, TypeParam>::attach(this->name_.str(), {.name = "reader"}).value();
  ring.send(Tick::of(0));
  ring.send(Tick::of(1));
  EXPECT_EQ(in.wait().size(), 2u);
  auto other = std::move(in);
  askConsumer(in, this->answers_);
  EXPECT_EQ(in.name(), "");
  EXPECT_EQ(this->answers_.wrong(), 0);
  EXPECT_EQ(other.lastCommitted(), noSequence);
  EXPECT_EQ(other.commit(), Status::ok);
  EXPECT_EQ(other.lastCommitted(), 1u);
  in = std::move(other);
  ring.send(Tick::of(2));
  EXPECT_EQ(in.wait().size(), 1u);
  EXPECT_EQ(other.tryWait().status(), Status::detached);
}

TYPED_TEST(MovedFrom, RolesAreDetachedAlsoWhenTheOtherIsGone) {
  auto ring = this->make();
  auto in = Consumer<Tick, TypeParam>::attach(this->name_.str(), {.name = "reader"}).value();
  auto out = Observer<Tick, TypeParam>::attach(this->name_.str()).value();
  ring.claimOne() = Tick::of(0);
  { const auto other = std::move(out); }
  { const auto other = std::move(in); }
  { const auto other = std::move(ring); }
  askProducer(ring, this->answers_);
  askConsumer(in, this->answers_);
  EXPECT_EQ(in.tryWait().status(), Status::detached);
  EXPECT_EQ(in.wait(WaitLimit::now()).status(), Status::detached);
  EXPECT_EQ(out.tryWait().status, Status::detached);
  EXPECT_EQ(this->answers_.wrong(), 0);
}

TYPED_TEST(MovedFrom, AnObserverIsDetachedAndTheOtherGoesOn) {
  auto ring = this->make();
  auto out = Observer<Tick, TypeParam>::attach(this->name_.str()).value();
  ring.send(Tick::of(0));
  auto other = std::move(out);
  Tick tick{};
  EXPECT_EQ(out.read(tick, 1ms).status, Status::detached);
  EXPECT_EQ(out.wait().status, Status::detached);
  EXPECT_EQ(out.tryWait().record.number, 0u);
  EXPECT_FALSE(out.isNamed());
  EXPECT_EQ(other.wait().record.number, 0u);
  out = std::move(other);
  ring.send(Tick::of(1));
  EXPECT_EQ(out.wait().record.number, 1u);
}

TEST(MovedFromUntyped, RolesAreDetachedAndHaveNoRecord) {
  SegmentName name;
  Answers answers;
  auto ring = UntypedProducer::create(name.str(), {.capacity = 8}, describeRecord<Tick>()).value();
  auto in = UntypedConsumer::attach(name.str()).value();
  auto out = UntypedObserver::attach(name.str()).value();
  const auto ring2 = std::move(ring);
  const auto in2 = std::move(in);
  const auto out2 = std::move(out);
  askProducer(ring, answers);
  askConsumer(in, answers);
  EXPECT_EQ(answers.wrong(), 0);
  std::array<std::byte, sizeof(Tick)> bytes{};
  EXPECT_THROW(ring.send(bytes.data(), bytes.size(), 1), Exception);
  EXPECT_EQ(ring.send(bytes.data(), bytes.size(), 1, 1ms).status, Status::detached);
  EXPECT_EQ(out.read(bytes.data(), 1ms).status, Status::detached);
  EXPECT_FALSE(out.isNamed());
  EXPECT_EQ(ring.record().size, 0u);
  EXPECT_EQ(in.record().size, 0u);
  EXPECT_EQ(out.record().fields.size(), 0u);
  EXPECT_EQ(in2.record().size, sizeof(Tick));
}

TEST(MovedFromResigned, AConsumerIsDetached) {
  SegmentName name;
  auto ring = create(name, 8);
  auto in = Consumer<Tick>::attach(name.str(), {.name = "reader"}).value();
  in.resign();
  auto other = std::move(in);
  EXPECT_EQ(other.commit(), Status::evicted);
  EXPECT_EQ(in.commit(), Status::detached);
}

}  // namespace
}  // namespace sluice
