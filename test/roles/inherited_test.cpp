// A parent's roles in a forked child: every call is answered, and nothing of the parent's changes.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <utility>

#include "detached_answers.hpp"
#include "each_wake_protocol.hpp"
#include "refusal.hpp"
#include "sluice/sluice.hpp"
#include "sluice/untyped.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_roles.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;

template <class L>
class Inherited : public TickRoles<L> {};
TYPED_TEST_SUITE(Inherited, EachLayout);

TYPED_TEST(Inherited, AProducerIsDetachedAndWhatTheChildWritesIsItsOwn) {
  auto ring = this->make();
  auto in = Consumer<Tick, TypeParam>::attach(this->name_.str(), {.name = "reader"}).value();
  ring.send(Tick::of(0));
  Tick& claimed = ring.claimOne();
  claimed = Tick::of(1);
  EXPECT_EQ(inChild([&](Answers& answers) {
              claimed = Tick::of(99);
              answers.expectDetached(ring.publish(), "publish of what was claimed");
              askProducer(ring, answers);
            }),
            0);
  EXPECT_EQ(ring.lastPublished(), 0u);
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(in.wait(60s).size() + in.tryWait().size(), 2u);
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 1u);
}

TYPED_TEST(Inherited, AProducerIsDetachedInEveryState) {
  auto ring = this->make();
  const auto child = [&](const std::function<void(Answers&)>& run) {
    EXPECT_EQ(inChild([&](Answers& answers) {
                run(answers);
                askProducer(ring, answers);
              }),
              0);
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
  publish(ring, 0, 8);
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
    expectDetachedInChildren(in);
    in.resign();
  }
}

TYPED_TEST(Inherited, AnObserverIsDetached) {
  auto ring = this->make();
  auto early = Observer<Tick, TypeParam>::attach(this->name_.str()).value();
  ring.send(Tick::of(0));
  auto late = Observer<Tick, TypeParam>::attach(this->name_.str()).value();
  EXPECT_EQ(inChild([&](Answers& answers) {
              for (auto* out : {&early, &late}) {
                answers.expectDetached(out->wait().status, "wait");
                answers.expectDetached(out->tryWait().status, "tryWait");
                answers.expect(!out->isNamed(), "isNamed");
              }
            }),
            0);
  EXPECT_EQ(early.wait().record.number, 0u);
}

class InheritedUnder : public UnderEachWakeProtocol {
 protected:
  /// So long that its producer has room without asking after a claim.
  Producer<Tick> make() const {
    return Producer<Tick>::create(name_.str(), {.capacity = 64, .wakeProtocol = GetParam()})
        .value();
  }
  SegmentName name_;
};

TEST_P(InheritedUnder, AProducerIsDetachedWhateverItHasClaimed) {
  auto ring = make();
  const auto ask = [&](Answers& answers) {
    answers.expectDetached(ring.publish(), "publish first");
    askProducer(ring, answers);
  };
  EXPECT_EQ(inChild(ask), 0) << "nothing";
  ring.send(Tick::of(0));
  EXPECT_EQ(inChild(ask), 0) << "there is room without asking";
  EXPECT_EQ(inChild([&](Answers& answers) {
              answers.expectDetached(ring.claimOne(1ms).status(), "claimOne first");
              answers.expectDetached(ring.send(Tick::of(9), 1ms), "send within");
              answers.expectThrow([&] { ring.send(Tick::of(9)); }, "send");
            }),
            0);
  EXPECT_EQ(inChild([&](Answers& answers) {
              answers.expectThrow([&] { ring.send(Tick::of(9)); }, "send first");
              askProducer(ring, answers);
            }),
            0);
  ring.claimOne() = Tick::of(1);
  EXPECT_EQ(inChild(ask), 0) << "one";
  ring.claimOne() = Tick::of(2);
  EXPECT_EQ(inChild(ask), 0) << "two";
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(ring.lastPublished(), 2u);
}

TEST_P(InheritedUnder, AConsumerAndAnObserverAreDetached) {
  auto ring = make();
  auto in = Consumer<Tick>::attach(name_.str(), {.name = "reader"}).value();
  auto out = Observer<Tick>::attach(name_.str()).value();
  publish(ring, 0, 2);
  EXPECT_EQ(in.wait().size(), 2u);
  for (const bool commitsFirst : {true, false})
    EXPECT_EQ(inChild([&](Answers& answers) {
                if (commitsFirst) answers.expectDetached(in.commit(), "commit first");
                askConsumer(in, answers);
                answers.expectDetached(out.wait().status, "wait");
                answers.expectDetached(out.tryWait().status, "tryWait");
              }),
              0);
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Protocol, InheritedUnder, ::testing::ValuesIn(eachWakeProtocol),
                         nameOfProtocol);

TEST(InheritedUntyped, RolesAreDetached) {
  SegmentName name;
  auto ring = UntypedProducer::create(name.str(), {.capacity = 8}, describeRecord<Tick>()).value();
  auto in = UntypedConsumer::attach(name.str()).value();
  EXPECT_EQ(inChild([&](Answers& answers) {
              askProducer(ring, answers);
              askConsumer(in, answers);
              static_cast<void>(ring.record());
              static_cast<void>(in.record());
            }),
            0);
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

TEST(ForkedChild, OfAnAttachedProcessIsNotAttachedAndHarmsNothing) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Tick>::attach(name.str(), {.name = "reader"}).value();
  ChildProcess child([&] {
    { const auto gone = std::move(ring); }
    { const auto gone = std::move(in); }
    return 0;
  });
  ASSERT_EQ(child.wait(), 0);
  EXPECT_EQ(errorOf(Producer<Tick>::open(name.str())).code, ErrorCode::inUse);
  EXPECT_EQ(errorOf(Consumer<Tick>::attach(name.str(), {.name = "reader"})).code, ErrorCode::inUse);
  ring.claimOne() = Tick::of(1);
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(in.wait().size(), 1u);
  EXPECT_EQ(in.commit(), Status::ok);
}

}  // namespace
}  // namespace sluice
