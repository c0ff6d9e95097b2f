// Records that the far end can no longer be given, and rings that begin anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "server/bridged.hpp"
#include "server/nats_admin.hpp"

namespace shm_bridge {
namespace {

using ::testing::HasSubstr;

class Gap : public Bridged {
 protected:
  /// Attaches to the mirror ring that begins with that record.
  Reader attachToRingFrom(Sequence first) const {
    std::optional<Reader> reader;
    const bool isThere = sluice::testing::eventually([&] {
      reader.emplace(Reader::attach("mirror", {.startAt = sluice::StartAt::oldest,
                                               .appearWithin = 60s,
                                               .directory = there_})
                         .value());
      if (reader->next() >= first) return true;
      reader.reset();  // a ring that is closed waits for its readers
      return false;
    });
    if (!isThere) throw std::runtime_error("no mirror ring begins with " + std::to_string(first));
    return *std::move(reader);
  }

  /// Reads to the end of its ring, or up to that record; each is the next and itself.
  static void readOn(Reader& in, Sequence last) {
    Sequence expected = in.next();
    while (in.next() <= last) {
      const auto batch = in.wait(60s);
      if (!batch) break;
      ASSERT_EQ(batch.first(), expected);
      for (const Parcel& parcel : batch)
        ASSERT_EQ(parcel, Parcel::of(expected++));
      in.commit();
    }
  }
};

TEST_F(Gap, OfRetentionEndsTheMirrorRingOnceItIsReadAndTellsTheRange) {
  auto ring = createRing();
  Bridge sender = out({"--batch", "160", "--max-messages", "10"});
  std::optional<Bridge> receiver(in());
  send(ring, 10);
  Reader reader = attachThere();
  ASSERT_TRUE(isAllSent());
  receiver->signal(SIGTERM);
  EXPECT_EQ(receiver->wait(), 0);
  const Sequence kept = reader.next();
  send(ring, 990);
  ASSERT_TRUE(isAllSent());
  receiver.emplace(in());
  ASSERT_TRUE(receiver->says("are lost: they are not in stream S")) << receiver->output();
  ASSERT_TRUE(receiver->says("a new mirror ring begins once these have read the one before"))
      << "the reader has not";
  EXPECT_EQ(reader.next(), kept);
  expectUpTo(reader, 9);
  expectEnd(reader, Status::closed);
  Reader next = attachToRingFrom(11);
  EXPECT_THAT(receiver->output(),
              HasSubstr("records 10 to " + std::to_string(next.next() - 1) + " are lost"));
  EXPECT_GE(next.next(), 900U) << "10 messages of at most 10 records are kept";
  expectUpTo(next, 999);
  send(ring, 5);
  expectUpTo(next, 1004);
}

TEST_F(Gap, OfABridgeThatWasEvictedIsToldAtBothEnds) {
  auto ring = createRing(64);
  Bridge sender = out({"--evict-after", "0.1"});
  Bridge receiver = in();
  Reader reader = carryTen(ring);
  send(ring, 100);  // more than the mirror ring has room for
  ASSERT_TRUE(isAllSent());
  server_.stop();
  send(ring, 500);  // goes on without the bridge
  server_.goOn();
  // The records before the gap, then those after it in a ring of their own; it may be evicted again
  // before it is heard.
  std::optional<Reader> later;
  for (Reader* in = &reader; in->next() <= 609; in = &*later) {
    readOn(*in, 609);
    if (in->next() > 609) break;
    EXPECT_EQ(in->status(), Status::closed);
    later.emplace(attachToRingFrom(in->next() + 1));
  }
  ASSERT_TRUE(later) << "there was no gap";
  EXPECT_EQ(later->next(), 610U);
  EXPECT_TRUE(sender.says("evicted")) << sender.output();
  EXPECT_TRUE(sender.says("are lost: they are no longer in the ring")) << sender.output();
  EXPECT_TRUE(receiver.says("are lost: they are not in stream S")) << receiver.output();
}

TEST_F(Gap, BetweenRingsIsGoneOnBehindByABridgeThatDiedInIt) {
  auto ring = createRing();
  Bridge sender = out({"--batch", "160", "--max-messages", "10"});
  std::optional<Bridge> receiver(in());
  send(ring, 10);
  std::optional reader(attachThere());
  receiver->signal(SIGKILL);
  receiver.reset();
  send(ring, 990);
  ASSERT_TRUE(isAllSent());
  receiver.emplace(in());
  ASSERT_TRUE(receiver->says("a new mirror ring begins once"));
  receiver->signal(SIGKILL);
  receiver.reset();
  expectUpTo(*reader, 9);
  expectEnd(*reader, Status::closed);
  reader.reset();
  receiver.emplace(in());
  Reader next = attachToRingFrom(11);
  EXPECT_GE(next.next(), 900U);
  expectUpTo(next, 999);
}

class NewRing : public Gap {};

TEST_F(NewRing, StopsBothEndsUnlessItIsToBeFollowed) {
  std::optional ring(createRing());
  std::optional<Bridge> sender(out());
  std::optional<Bridge> receiver(in());
  send(*ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
  ASSERT_TRUE(isAllSent());
  ring.reset();
  ASSERT_TRUE(
      sluice::removeSegment("ring", {.directory = here_, .evenIfInUse = true, .evenIfHeld = true}));
  EXPECT_EQ(sender->wait(), 1);
  EXPECT_EQ(receiver->wait(), 1);
  ring.emplace(createRing());
  send(*ring, 7);
  sender.emplace(out());
  EXPECT_EQ(sender->wait(), 1);
  EXPECT_THAT(sender->output(), HasSubstr("--new-ring follow"));
  sender.emplace(out({"--new-ring", "follow"}));
  ASSERT_TRUE(isAllSent());
  receiver.emplace(in());
  EXPECT_EQ(receiver->wait(), 1);
  EXPECT_THAT(receiver->output(), HasSubstr("--new-ring follow"));
  receiver.emplace(in({"--new-ring", "follow"}));
  expectEnd(reader, Status::closed);
  Reader next = attachToRingFrom(0);
  expectUpTo(next, 6);
}

TEST_F(NewRing, IsFollowedByBothEndsAfterACloseWithoutBeingStarted) {
  Bridge sender = out({"--new-ring", "follow", "--within", "60"});
  Bridge receiver = in({"--new-ring", "follow"});
  for (int day = 0; day < 3; ++day) {
    auto ring = Ring::createOrOpen("ring", {.capacity = 64,
                                            .firstSequence = static_cast<Sequence>(day) * 1000,
                                            .directory = here_,
                                            .takeOverWithin = 60s})
                    .value();
    send(ring, 200);
    Reader reader = attachToRingFrom(static_cast<Sequence>(day) * 1000);
    expectUpTo(reader, static_cast<Sequence>(day) * 1000 + 199);
    ring.close();
    expectEnd(reader, Status::closed);
    ASSERT_TRUE(isAllSent());
  }
}

}  // namespace
}  // namespace shm_bridge
