// Deaths, stops and cuts of everything on the way.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "server/bridged.hpp"
#include "server/nats_admin.hpp"

namespace shm_bridge {
namespace {

using sluice::testing::eventually;

class Death : public Bridged {
 protected:
  /// Sends that many from a process of its own, in which the ring is held up only by the bridge.
  sluice::testing::ChildProcess sendFromElsewhere(Sequence upTo) const {
    return sluice::testing::ChildProcess([this, upTo] {
      auto ring =
          Ring::createOrOpen("ring", {.capacity = 1024, .directory = here_, .takeOverWithin = 60s});
      while (ring->lastPublished() + 1 < upTo)
        ring->send(Parcel::of(ring->lastPublished() + 1));
      ring->close();
      return 0;
    });
  }
};

TEST_F(Death, OfABridgeAtEitherEndLosesAndRepeatsNothing) {
  constexpr Sequence count = 60'000;
  auto producer = sendFromElsewhere(count);
  std::optional<Bridge> sender(out({"--within", "60", "--batch", "2048"}));
  std::optional<Bridge> receiver(in());
  Reader reader = attachThere();
  for (Sequence at = 5000; at < count; at += 5000) {
    expectUpTo(reader, at);
    std::optional<Bridge>& victim = at / 5000 % 2 == 0 ? sender : receiver;
    victim->signal(SIGKILL);
    victim.reset();
    victim.emplace(&victim == &sender ? out({"--batch", "2048"}) : in());
  }
  expectUpTo(reader, count - 1);
  expectEnd(reader, Status::closed);
  EXPECT_EQ(sender->wait(), 0) << sender->output();
  EXPECT_EQ(receiver->wait(), 0) << receiver->output();
}

TEST_F(Death, OfTheServerLosesAndRepeatsNothing) {
  constexpr Sequence count = 40'000;
  auto producer = sendFromElsewhere(count);
  Bridge sender = out({"--within", "60", "--batch", "2048"});
  Bridge receiver = in();
  Reader reader = attachThere();
  for (Sequence at = 10'000; at < count; at += 10'000) {
    expectUpTo(reader, at);
    server_.kill();
    server_.start();
  }
  expectUpTo(reader, count - 1);
  expectEnd(reader, Status::closed);
  EXPECT_EQ(sender.wait(), 0) << sender.output();
  EXPECT_EQ(receiver.wait(), 0) << receiver.output();
}

TEST_F(Death, OfTheProducerIsFollowedByItsSuccessorsRecords) {
  std::optional ring(createRing());
  Bridge sender = out();
  Bridge receiver = in();
  send(*ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
  ring.reset();
  auto producer = sendFromElsewhere(5000);
  expectUpTo(reader, 4999);
  expectEnd(reader, Status::closed);
}

TEST_F(Death, OfARingWithoutCloseEndsTheMirrorRingWithoutCloseToo) {
  std::optional ring(createRing());
  Bridge sender = out();
  Bridge receiver = in();
  send(*ring, 10);
  auto reader =
      Reader::attach("mirror",
                     {.startAt = sluice::StartAt::oldest, .appearWithin = 60s, .directory = there_})
          .value();
  expectUpTo(reader, 9);
  ring.reset();
  ASSERT_TRUE(
      sluice::removeSegment("ring", {.directory = here_, .evenIfInUse = true, .evenIfHeld = true}));
  expectEnd(reader, Status::peerLeft);
  EXPECT_EQ(sender.wait(), 1) << sender.output();
  EXPECT_EQ(receiver.wait(), 1) << receiver.output();
}

TEST_F(Death, AServerThatIsStoppedBeforeItAnswersHasEachRecordOnce) {
  auto ring = createRing(64);
  Bridge sender = out();
  Bridge receiver = in();
  Reader reader = carryTen(ring);
  server_.stop();
  send(ring, 50);
  // They are published, and not acknowledged.
  ASSERT_TRUE(eventually([this] { return server_.unreadBytes() > 100; }));
  sender.signal(SIGKILL);  // what was on its way arrives later, beside its successor's
  EXPECT_EQ(sender.wait(), -1000 - SIGKILL);
  Bridge successor = out();
  ASSERT_TRUE(successor.says("waiting for NATS"));
  server_.goOn();
  expectUpTo(reader, 59);
  send(ring, 100);
  expectUpTo(reader, 159);
}

TEST_F(Death, OfAMessageOnItsWayIsSeenThoughNoneComesBehindIt) {
  auto ring = createRing();
  Bridge sender = out();
  Bridge receiver = in();
  Reader reader = carryTen(ring);
  NatsAdmin admin(url_);
  const std::string subject = admin.deliverySubject();
  ASSERT_FALSE(subject.empty());
  admin.beat(subject, 1'000'000);
  EXPECT_TRUE(eventually([&] { return admin.state().consumers == 2; })) << "is not asked again";
  send(ring, 10);
  expectUpTo(reader, 19);
}

TEST_F(Death, OfPowerLosesNothingThatStillLiesInTheRing) {
  auto ring = createRing(256);
  std::optional<Bridge> sender(out({"--batch", "160"}));
  Bridge receiver = in();
  send(ring, 100);
  Reader reader = attachThere();
  expectUpTo(reader, 99);
  server_.syncToDisk();
  send(ring, 100);
  expectUpTo(reader, 199);
  server_.losePower();
  send(ring, 100);
  expectUpTo(reader, 299);
  EXPECT_EQ(sender->output().find("are lost"), std::string::npos) << sender->output();
  ASSERT_TRUE(isAllSent());
  // A second mirror ring has all of it from the stream.
  Bridge other =
      start({"in", "S", "--ring", there_ + "/second", "--nats", url_}, {"--capacity", "1024"});
  auto second =
      Reader::attach("second",
                     {.startAt = sluice::StartAt::oldest, .appearWithin = 60s, .directory = there_})
          .value();
  EXPECT_EQ(second.next(), 0U);
  expectUpTo(second, 299);
}

TEST_F(Death, OfPowerLosesNothingForAMirrorRingThatWasStoppedMeanwhile) {
  auto ring = createRing(256);
  std::optional<Bridge> sender(out({"--batch", "160"}));
  Bridge receiver = in();
  send(ring, 100);
  Reader reader = attachThere();
  expectUpTo(reader, 99);
  server_.syncToDisk();
  send(ring, 100);
  expectUpTo(reader, 199);
  ASSERT_TRUE(isAllSent());
  const std::uint64_t before = NatsAdmin(url_).state().last;
  receiver.signal(SIGSTOP);
  sender.reset();
  server_.losePower();
  // The same records, in fewer messages: another place in the stream for each one that follows.
  sender.emplace(out({"--batch", "16000"}));
  do {
    send(ring, 1);
    ASSERT_TRUE(isAllSent());
  } while (NatsAdmin(url_).state().last <= before);
  receiver.signal(SIGCONT);
  expectUpTo(reader, ring.lastPublished());
}

TEST_F(Death, OfPowerTellsWhatIsNoLongerInTheRing) {
  auto ring = createRing(64);
  std::optional<Bridge> sender(out({"--batch", "160", "--new-ring", "follow"}));
  Bridge receiver = in();
  send(ring, 100);
  {
    Reader reader = attachThere();
    expectUpTo(reader, 99);
    server_.syncToDisk();
    send(ring, 300);
    expectUpTo(reader, 399);
    server_.losePower();
    send(ring, 10);
    // The mirror ring had those records before the power went.
    expectUpTo(reader, 409);
  }
  EXPECT_TRUE(sender->says("records 100 to ")) << sender->output();
}

TEST_F(Death, OfTheStreamLosesNothingThatTheFarEndHad) {
  auto ring = createRing();
  std::optional<Bridge> sender(out());
  std::optional<Bridge> receiver(in());
  Reader reader = carryTen(ring);
  ASSERT_TRUE(isAllSent());
  receiver.reset();
  NatsAdmin(url_).deleteStream();
  send(ring, 10);
  EXPECT_EQ(sender->wait(), 1);
  EXPECT_NE(sender->output().find("the next shm-bridge out makes it anew"), std::string::npos);
  NatsAdmin admin(url_);
  admin.create({});
  receiver.emplace(in());
  ASSERT_TRUE(eventually([&admin] { return admin.state().consumers == 1; })) << receiver->output();
  sender.emplace(out());
  expectUpTo(reader, 19);
}

}  // namespace
}  // namespace shm_bridge
