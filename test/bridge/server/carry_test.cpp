// Records and messages from one ring to another, over a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/bridged.hpp"
#include "server/nats_admin.hpp"

namespace shm_bridge {
namespace {

using ::testing::HasSubstr;

class Carried : public Bridged {};

TEST_F(Carried, RecordsHaveTheirSequencesAndTheEndIsTheSources) {
  auto ring = createRing(1024, 5'000'000'000);
  Bridge sender = out();
  Bridge receiver = in();
  send(ring, 1000);
  Reader reader = attachThere();
  EXPECT_EQ(reader.next(), 5'000'000'000U);
  expectUpTo(reader, 5'000'000'999U);
  send(ring, 5000);
  expectUpTo(reader, 5'000'005'999U);
  ring.close();
  expectEnd(reader, Status::closed);
  EXPECT_EQ(sender.wait(), 0) << sender.output();
  EXPECT_EQ(receiver.wait(), 0) << receiver.output();
}

TEST_F(Carried, RecordsOfEveryLayoutComeInARingOfThatLayoutAndSize) {
  const auto carry = [this](auto tag) {
    using L = decltype(tag);
    auto ring =
        sluice::Producer<Parcel, L>::create("ring", {.capacity = 64, .directory = here_}).value();
    Bridge sender = out({"--new-ring", "follow"});
    Bridge receiver = in({"--new-ring", "follow"});
    ring.send(Parcel::of(0));
    auto reader = sluice::Consumer<Parcel, L>::attach("mirror", {.startAt = sluice::StartAt::oldest,
                                                                 .appearWithin = 60s,
                                                                 .directory = there_})
                      .value();
    for (Sequence i = 1; i < 200; ++i)
      ring.send(Parcel::of(i));
    EXPECT_EQ(reader.capacity(), 64U);
    for (Sequence i = 0; i < 200;) {
      const auto batch = reader.wait(60s);
      ASSERT_TRUE(batch);
      for (const Parcel& parcel : batch)
        ASSERT_EQ(parcel, Parcel::of(i++));
      reader.commit();
    }
    ring.close();
    EXPECT_EQ(reader.wait(60s).status(), Status::closed);
    EXPECT_TRUE(receiver.says("waiting for a new ring"));
    sender.signal(SIGTERM);
    receiver.signal(SIGTERM);
    EXPECT_EQ(sender.wait(), 0) << sender.output();
    EXPECT_EQ(receiver.wait(), 0) << receiver.output();
    std::filesystem::remove(there_ + "/mirror");
    std::filesystem::remove(here_ + "/ring");
    NatsAdmin(url_).deleteStream();
  };
  carry(sluice::stamped{});
  carry(sluice::packed{});
  carry(sluice::stampedLines{});
}

TEST_F(Carried, MessagesKeepTheirBytesAndKindsWhateverTheirLength) {
  auto ring =
      sluice::MessageProducer::create(
          "ring", {.payloadBytes = 1 << 20, .capacity = 64, .producer = {.directory = here_}})
          .value();
  Bridge sender = out({"--batch", "4096"});
  Bridge receiver = in();
  const auto text = [](Sequence i) {
    return std::string(i * i * 7 % 70'000, static_cast<char>('a' + i % 26));
  };
  ring.send(text(0), sluice::Kind{0});
  auto reader =
      sluice::MessageConsumer::attach(
          "mirror", {.startAt = sluice::StartAt::oldest, .appearWithin = 60s, .directory = there_})
          .value();
  constexpr Sequence count = 300;
  const sluice::testing::ChildProcess producer([&] {
    auto successor =
        sluice::MessageProducer::open("ring", {.directory = here_, .takeOverWithin = 60s});
    for (Sequence i = 1; i < count; ++i)
      successor->send(text(i), sluice::Kind{static_cast<std::uint32_t>(i)});
    successor->close();
    return 0;
  });
  { const auto gone = std::move(ring); }
  for (Sequence i = 0; i < count;) {
    const auto batch = reader.wait(60s);
    ASSERT_TRUE(batch) << nameOf(batch.status());
    for (const sluice::Message& message : batch) {
      ASSERT_EQ(message.sequence, i);
      ASSERT_EQ(message.kind, sluice::Kind{static_cast<std::uint32_t>(i)});
      ASSERT_EQ(
          std::string(reinterpret_cast<const char*>(message.bytes.data()), message.bytes.size()),
          text(i));
      ++i;
    }
    reader.commit();
  }
  EXPECT_EQ(reader.wait(60s).status(), Status::closed);
  EXPECT_EQ(sender.wait(), 0) << sender.output();
  EXPECT_EQ(receiver.wait(), 0) << receiver.output();
}

TEST_F(Carried, AMirrorRingBeginsAtTheOldestTheNewestOrASequence) {
  auto ring = createRing();
  Bridge sender = out({"--batch", "1600"});
  send(ring, 1000);
  ASSERT_TRUE(isAllSent());
  const auto firstOf = [this](const std::string& from, const std::string& mirror) {
    Bridge receiver =
        start({"in", "S", "--ring", there_ + "/" + mirror, "--nats", url_}, {"--from", from});
    auto reader =
        Reader::attach(
            mirror, {.startAt = sluice::StartAt::oldest, .appearWithin = 60s, .directory = there_})
            .value();
    return reader.next();
  };
  EXPECT_EQ(firstOf("oldest", "m1"), 0U);
  EXPECT_EQ(firstOf("newest", "m2"), 1000U);
  EXPECT_EQ(firstOf("555", "m3"), 555U);
  EXPECT_EQ(firstOf("0", "m4"), 0U);
  EXPECT_EQ(firstOf("999", "m5"), 999U);
}

TEST_F(Carried, ARecordForWhichABatchWaitsComesAfterThatDelay) {
  auto ring = createRing();
  Bridge sender = out({"--delay", "0.2"});
  Bridge receiver = in();
  send(ring, 3);
  Reader reader = attachThere();
  expectUpTo(reader, 2);
  const auto begin = std::chrono::steady_clock::now();
  send(ring, 1);
  expectUpTo(reader, 3);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 200ms);
}

TEST_F(Carried, ABatchThatIsFullWaitsForNoDelay) {
  auto ring = createRing();
  Bridge sender = out({"--delay", "3600", "--batch", "48"});
  Bridge receiver = in();
  send(ring, 3);
  Reader reader = attachThere();
  expectUpTo(reader, 2);
}

TEST_F(Carried, ARecordThatIsLongerThanABatchIsABatchOfItsOwn) {
  auto ring = createRing();
  Bridge sender = out({"--batch", "1"});
  Bridge receiver = in();
  send(ring, 5);
  Reader reader = attachThere();
  expectUpTo(reader, 4);
  ASSERT_TRUE(isAllSent());
  EXPECT_EQ(NatsAdmin(url_).state().messages, 5U);
}

TEST_F(Carried, TheMirrorRingIsClosedForItsReadersThoughItsNameWasRemoved) {
  auto ring = createRing();
  Bridge sender = out();
  Bridge receiver = in();
  Reader reader = carryTen(ring);
  ASSERT_TRUE(sluice::removeSegment(
      "mirror", {.directory = there_, .evenIfInUse = true, .evenIfHeld = true}));
  ring.close();
  expectEnd(reader, Status::closed);
  EXPECT_EQ(receiver.wait(), 0) << receiver.output();
}

TEST_F(Carried, ProgressIsToldToHaveNoFileWhereItCannotBeWritten) {
  auto ring = createRing();
  Bridge sender = out({"--metrics", files_ + "/none/metrics"});
  EXPECT_TRUE(
      sender.says("--metrics " + files_ + "/none/metrics: cannot be written: No such file"));
  send(ring, 10);
  EXPECT_TRUE(isAllSent());
}

TEST_F(Carried, ProgressIsTheFileOfOpenMetricsThatWasAskedFor) {
  auto ring = createRing();
  const std::string metrics = files_ + "/metrics";
  Bridge sender = out({"--metrics", metrics, "--status"});
  Bridge receiver = in({"--metrics", metrics + "2"});
  Reader reader = carryTen(ring);
  ring.close();
  expectEnd(reader, Status::closed);
  EXPECT_EQ(sender.wait(), 0);
  EXPECT_EQ(receiver.wait(), 0);
  const std::string told = contentsOf(metrics);
  EXPECT_THAT(told, HasSubstr("shm_bridge_records_total{direction=\"out\",stream=\"S\"} 10\n"));
  EXPECT_THAT(told, HasSubstr("# TYPE shm_bridge_records counter\n"));
  EXPECT_TRUE(told.ends_with("# EOF\n"));
  EXPECT_THAT(contentsOf(metrics + "2"),
              HasSubstr("shm_bridge_records_total{direction=\"in\",stream=\"S\"} 10\n"));
  EXPECT_THAT(sender.output(), HasSubstr("out S: 10 records"));
}

}  // namespace
}  // namespace shm_bridge
