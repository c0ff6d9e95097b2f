// Roles that were moved from, and a parent's roles in a forked child: every call is answered.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "detached_answers.hpp"
#include "sluice/sluice.hpp"
#include "sluice/untyped.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;

/// What a typed and an untyped producer have in common; nothing is claimed.
template <class Ring>
void askProducer(Ring& ring, Answers& answers) {
  answers.expectDetached(ring.publish(), "publish");
  answers.expectDetached(ring.publishFirst(1), "publishFirst");
  answers.expectDetached(ring.waitForConsumers({"reader"}, 1ms), "waitForConsumers");
  answers.expectDetached(ring.waitForConsumers({}), "waitForConsumers of none");
  answers.expect(!ring.isNamed(), "isNamed");
  ring.abandon();
  answers.expect(ring.tryClaim() == nullptr, "tryClaim");
  answers.expectDetached(ring.claimOne(WaitLimit::now()).status(), "claimOne now");
  answers.expectDetached(ring.claimOne(1ms).status(), "claimOne within");
  answers.expectDetached(ring.claimUpTo(3, 1ms).status(), "claimUpTo within");
  answers.expect(ring.claimUpTo(0).empty(), "claimUpTo of none");
  answers.expectThrow([&] { static_cast<void>(ring.claimOne()); }, "claimOne");
  answers.expectThrow([&] { static_cast<void>(ring.claimUpTo(2)); }, "claimUpTo");
  ring.close();
  answers.expectDetached(ring.publish(), "publish after close");
  static_cast<void>(ring.lastPublished());
  static_cast<void>(ring.lastClaimed());
  static_cast<void>(ring.capacity());
}

template <class L>
class MovedFrom : public ::testing::Test {
 protected:
  Producer<Tick, L> make() const {
    return Producer<Tick, L>::create(name_.str(), {.capacity = 8}).value();
  }
  SegmentName name_;
  Answers answers_;
};
using Layouts = ::testing::Types<stamped, packed>;
TYPED_TEST_SUITE(MovedFrom, Layouts);

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

template <class Ring>
void publishAll(Ring& ring, std::uint64_t count) {
  for (std::uint64_t number = 0; number < count; ++number)
    ring.send(Tick::of(number));
}

template <class L>
class Inherited : public MovedFrom<L> {};
TYPED_TEST_SUITE(Inherited, Layouts);

TYPED_TEST(Inherited, AProducerIsDetachedAndWhatTheChildWritesIsItsOwn) {
  auto ring = this->make();
  auto in = Consumer<Tick, TypeParam>::attach(this->name_.str(), {.name = "reader"}).value();
  ring.send(Tick::of(0));
  Tick& claimed = ring.claimOne();
  claimed = Tick::of(1);
  ChildProcess child([&] {
    claimed = Tick::of(99);
    this->answers_.expectDetached(ring.publish(), "publish of what was claimed");
    askProducer(ring, this->answers_);
    return this->answers_.wrong();
  });
  ASSERT_EQ(child.wait(), 0);
  EXPECT_EQ(ring.lastPublished(), 0u);
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(in.wait(60s).size() + in.tryWait().size(), 2u);
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 1u);
}

TYPED_TEST(Inherited, AProducerIsDetachedInEveryState) {
  auto ring = this->make();
  const auto child = [&](const std::function<void(Answers&)>& run) {
    ChildProcess process([&] {
      Answers answers;
      run(answers);
      askProducer(ring, answers);
      return answers.wrong();
    });
    EXPECT_EQ(process.wait(), 0);
  };
  const auto nothing = [](Answers&) {};
  child(nothing);
  child([&](Answers& answers) {
    answers.expectDetached(ring.claimOne(1ms).status(), "claimOne first");
  });
  child([&](Answers& answers) {
    answers.expectDetached(ring.claimUpTo(2, 1ms).status(), "claimUpTo first");
  });
  child([&](Answers& answers) {
    bool isOver = false;
    for (int i = 0; i < 100 && !isOver; ++i)
      isOver = ring.tryClaim() == nullptr;
    answers.expect(isOver, "tryClaim again and again");
  });
  child([&](Answers& answers) {
    Status status = Status::ok;
    for (int i = 0; i < 100 && status == Status::ok; ++i)
      status = ring.send(Tick::of(9), 1ms);
    answers.expectDetached(status, "send");
  });
  child([&](Answers& answers) {
    answers.expectThrow(
        [&] {
          for (int i = 0; i < 100; ++i)
            ring.send(Tick::of(9));
        },
        "send for ever");
  });
  const auto in = Consumer<Tick, TypeParam>::attach(this->name_.str()).value();
  publishAll(ring, 8);
  EXPECT_EQ(ring.tryClaim(), nullptr);
  child(nothing);
  ring.close();
  child(nothing);
}

TYPED_TEST(Inherited, AConsumerIsDetachedWhateverItsOptions) {
  auto ring = this->make();
  const auto first = Consumer<Tick, TypeParam>::attach(this->name_.str(), {.name = "first"});
  const ConsumerOptions plain{.name = "plain"};
  const ConsumerOptions evictable{.name = "evictable", .evictAfter = 60s};
  const ConsumerOptions held{.name = "held", .onDeath = OnDeath::hold};
  const ConsumerOptions last{.name = "last", .after = {"first"}};
  for (const ConsumerOptions& options : {plain, evictable, held, last}) {
    auto in = Consumer<Tick, TypeParam>::attach(this->name_.str(), options).value();
    ring.send(Tick::of(0));
    ring.send(Tick::of(1));
    const bool isLast = !options.after.empty();
    EXPECT_EQ(in.tryWait().size(), isLast ? 0u : 2u);
    const Sequence committed = in.lastCommitted();
    for (const bool commitsFirst : {true, false}) {
      ChildProcess child([&] {
        Answers answers;
        if (commitsFirst) answers.expectDetached(in.commit(), "commit first");
        askConsumer(in, answers);
        return answers.wrong();
      });
      EXPECT_EQ(child.wait(), 0) << options.name;
    }
    EXPECT_EQ(in.lastCommitted(), committed) << options.name;
    EXPECT_EQ(in.commit(), Status::ok) << options.name;
    in.resign();
  }
}

TYPED_TEST(Inherited, AnObserverIsDetached) {
  auto ring = this->make();
  auto early = Observer<Tick, TypeParam>::attach(this->name_.str()).value();
  ring.send(Tick::of(0));
  auto late = Observer<Tick, TypeParam>::attach(this->name_.str()).value();
  ChildProcess child([&] {
    Answers answers;
    for (auto* out : {&early, &late}) {
      answers.expectDetached(out->wait().status, "wait");
      answers.expectDetached(out->tryWait().status, "tryWait");
      answers.expect(!out->isNamed(), "isNamed");
    }
    return answers.wrong();
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(early.wait().record.number, 0u);
}

TEST(InheritedUntyped, RolesAreDetached) {
  SegmentName name;
  auto ring = UntypedProducer::create(name.str(), {.capacity = 8}, describeRecord<Tick>()).value();
  auto in = UntypedConsumer::attach(name.str()).value();
  ChildProcess child([&] {
    Answers answers;
    askProducer(ring, answers);
    askConsumer(in, answers);
    static_cast<void>(ring.record());
    static_cast<void>(in.record());
    return answers.wrong();
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(ForkedChild, AttachesOnItsOwnBesideWhatItInherited) {
  SegmentName name;
  auto ring = create(name, 8);
  auto in = Consumer<Tick>::attach(name.str(), {.name = "parent"}).value();
  ChildProcess child([&] {
    auto own = Consumer<Tick>::attach(name.str(), {.name = "child", .startAt = StartAt::oldest});
    if (!own || own->wait(60s).size() != 2) return 1;
    if (in.tryWait().status() != Status::detached) return 2;
    if (own->commit() != Status::ok) return 3;
    // Its own child inherits neither.
    ChildProcess grandchild([&] {
      return own->commit() == Status::detached && in.commit() == Status::detached &&
                     ring.publish() == Status::detached
                 ? 0
                 : 1;
    });
    if (grandchild.wait() != 0) return 4;
    in = *std::move(own);
    return in.lastCommitted() == 1 ? 0 : 5;
  });
  publish(ring, 0, 2);
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(in.wait().size(), 2u);
  EXPECT_EQ(in.commit(), Status::ok);
}

}  // namespace
}  // namespace sluice
