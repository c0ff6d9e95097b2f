// What a bridge refuses, with the reason and what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "server/bridged.hpp"
#include "server/nats_admin.hpp"

namespace shm_bridge {
namespace {

using ::testing::HasSubstr;

class Refused : public Bridged {
 protected:
  static Status sendWithin(Ring& ring, int count) {
    Status status = Status::ok;
    for (int i = 0; i < count && status == Status::ok; ++i)
      status = ring.send(Parcel::of(ring.lastPublished() + 1), 60s);
    return status;
  }
};

TEST_F(Refused, ASecondBridgeOfARingWhateverItsName) {
  auto ring = createRing();
  Bridge first = out();
  Bridge receiver = in();
  Reader reader = carryTen(ring);
  expectRefused(out(), "found a living consumer named 'bridge'");
  expectRefused(out({"--name", "other"}), "bridge \"bridge\" sends this ring to it");
  send(ring, 10);
  expectUpTo(reader, 19);
}

TEST_F(Refused, ASecondBridgeOfARingHoldsNothingUpWhenItIsGone) {
  auto ring = createRing(64);
  Bridge first = out();
  Bridge receiver = in();
  Reader reader = carryTen(ring);
  expectRefused(out({"--name", "other"}), "bridge \"bridge\" sends this ring to it");
  for (Sequence last = 59; last < 560; last += 50) {
    ASSERT_EQ(sendWithin(ring, 50), Status::ok) << last;
    expectUpTo(reader, last);
  }
}

TEST_F(Refused, ABridgeThatNeverSentHoldsNothingUpWhenItIsGone) {
  auto ring = createRing(64);
  NatsAdmin(url_).create({.isWorkQueue = true});
  expectRefused(out(), "retention");
  EXPECT_EQ(sendWithin(ring, 500), Status::ok);
}

TEST_F(Refused, ASecondBridgeThatBeginsAtTheSameMomentAndOneOfThemGoesOn) {
  auto ring = createRing();
  send(ring, 100);
  std::optional<Bridge> bridges[]{out({"--name", "a"}), out({"--name", "b"})};
  Bridge receiver = in();
  Reader reader = attachThere();
  expectUpTo(reader, 99);
  const auto hasEnded = [](const Bridge& bridge) {
    return bridge.output().find("only one may") != std::string::npos;
  };
  ASSERT_TRUE(
      sluice::testing::eventually([&] { return hasEnded(*bridges[0]) || hasEnded(*bridges[1]); }));
  EXPECT_NE(hasEnded(*bridges[0]), hasEnded(*bridges[1]));
  send(ring, 100);
  expectUpTo(reader, 199);
}

TEST_F(Refused, ASecondMirrorOfOneName) {
  auto ring = createRing();
  Bridge sender = out();
  Bridge receiver = in();
  send(ring, 10);
  Reader reader = attachThere();
  expectRefused(in(), "producer");
}

TEST_F(Refused, AStreamThatWasPurgedUnlessToldWhereToGoOn) {
  auto ring = createRing();
  std::optional<Bridge> sender(out());
  Bridge receiver = in();
  Reader reader = carryTen(ring);
  ASSERT_TRUE(isAllSent());
  sender->signal(SIGTERM);
  EXPECT_EQ(sender->wait(), 0);
  NatsAdmin(url_).purge();
  send(ring, 10);
  expectRefused(out(), "--resume-at");
  sender.emplace(out({"--resume-at", "commit"}));
  expectUpTo(reader, 19);
}

TEST_F(Refused, AStreamThatItsLimitsHaveEmptied) {
  auto ring = createRing();
  std::optional<Bridge> sender(out());
  send(ring, 10);
  ASSERT_TRUE(isAllSent());
  sender.reset();
  NatsAdmin admin(url_);
  admin.update({.maxAgeNanoseconds = 100'000'000});
  ASSERT_TRUE(sluice::testing::eventually([&admin] { return admin.state().messages == 0; }));
  expectRefused(out(), "max_age");
  admin.update({});
  expectRefused(out(), "--resume-at");
  Bridge again = out({"--resume-at", "5"});
  Bridge receiver = in();
  Reader reader = attachThere();
  EXPECT_EQ(reader.next(), 5U);
  expectUpTo(reader, 9);
}

TEST_F(Refused, AStreamThatAnotherProgramWritesTo) {
  auto ring = createRing();
  std::optional<Bridge> sender(out());
  std::optional<Bridge> receiver(in());
  Reader reader = carryTen(ring);
  NatsAdmin(url_).publish("hello");
  EXPECT_EQ(receiver->wait(), 1);
  EXPECT_THAT(receiver->output(), HasSubstr("another program writes to the stream"));
  send(ring, 10);
  EXPECT_EQ(sender->wait(), 1) << sender->output();
  EXPECT_THAT(sender->output(), HasSubstr("--skip-foreign"));
  expectRefused(out(), "--skip-foreign");
  sender.emplace(out({"--skip-foreign"}));
  receiver.emplace(in({"--skip-foreign"}));
  expectUpTo(reader, 19);
}

TEST_F(Refused, ABatchThatCannotBeReadAlsoWhereForeignMessagesAreSkipped) {
  auto ring = createRing();
  std::optional<Bridge> sender(out());
  std::optional<Bridge> receiver(in({"--skip-foreign"}));
  Reader reader = carryTen(ring);
  ASSERT_TRUE(isAllSent());
  sender->signal(SIGTERM);
  EXPECT_EQ(sender->wait(), 0);
  NatsAdmin(url_).publishWith("Sluice-Wire", "99");
  EXPECT_EQ(receiver->wait(), 1);
  EXPECT_THAT(receiver->output(), HasSubstr("is a bridge's and cannot be read: Sluice-Wire"));
  expectRefused(out({"--skip-foreign"}), "is a bridge's and cannot be read: Sluice-Wire");
  expectRefused(start({"in", "S", "--ring", there_ + "/other", "--nats", url_},
                      {"--skip-foreign", "--from", "newest"}),
                "is a bridge's and cannot be read: Sluice-Wire");
}

TEST_F(Refused, AStreamThatWasMadeAnew) {
  auto ring = createRing();
  std::optional<Bridge> sender(out());
  Bridge receiver = in();
  Reader reader = carryTen(ring);
  ASSERT_TRUE(isAllSent());
  sender.reset();
  receiver.signal(SIGKILL);
  receiver.wait();
  NatsAdmin(url_).deleteStream();
  expectRefused(start({"in", "S", "--ring", there_ + "/mirror", "--nats", url_}, {}),
                "there is none");
  { const auto gone = std::move(ring); }
  ASSERT_TRUE(sluice::removeSegment("ring", {.directory = here_, .evenIfHeld = true}));
  auto other = createRing();
  sender.emplace(out());
  send(other, 10);
  ASSERT_TRUE(isAllSent());
  expectRefused(in({"--new-ring", "follow"}), "made anew");
}

TEST_F(Refused, AStreamThatDoesNotSuit) {
  auto ring = createRing();
  NatsAdmin admin(url_);
  admin.create({.subject = "orders.>"});
  expectRefused(out(), "subject");
  admin.deleteStream();
  admin.create({.subject = "orders"});
  expectRefused(out({"--subject", "sluice.S"}), "found orders, expected sluice.S");
  admin.deleteStream();
  admin.create({.isWorkQueue = true});
  expectRefused(out(), "retention");
}

TEST_F(Refused, ARingThatIsThereAndNoMirrorRing) {
  auto ring = createRing();
  Bridge sender = out();
  auto other = Ring::create("mirror", {.capacity = 8, .directory = there_}).value();
  expectRefused(in(), "none that shm-bridge made");
}

TEST_F(Refused, ASequenceThatIsNoLongerInTheStream) {
  auto ring = createRing();
  Bridge sender = out({"--batch", "160", "--max-messages", "10"});
  send(ring, 1000);
  ASSERT_TRUE(isAllSent());
  expectRefused(in({"--from", "5"}), "record 5 is not in it; the next one is 9");
}

TEST_F(Refused, AMessageThatIsLongerThanTheServerTakes) {
  auto ring = sluice::MessageProducer::create(
                  "ring", {.payloadBytes = 8 << 20, .producer = {.directory = here_}})
                  .value();
  Bridge sender = out();
  ring.send(std::string(100, 'x'));
  ring.send(std::string(3 << 20, 'x'));
  EXPECT_EQ(sender.wait(), 1);
  EXPECT_THAT(sender.output(), HasSubstr("message 1 has 3145728 bytes"));
  EXPECT_THAT(sender.output(), HasSubstr("max_payload"));
}

TEST_F(Refused, APasswordWhereEverybodySeesIt) {
  auto ring = createRing();
  expectRefused(
      start({"out", here_ + "/ring", "--stream", "S", "--nats", "nats://me:secret@127.0.0.1:1"},
            {}),
      "--context");
}

}  // namespace
}  // namespace shm_bridge
