// What a bridge refuses, with the reason and what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "server/bridged.hpp"
#include "server/nats_admin.hpp"
#include "support/shell_command.hpp"

namespace shm_bridge {
namespace {

using ::testing::HasSubstr;

class Refused : public Bridged {
 protected:
  void expectRefused(Bridge bridge, const std::string& reason) {
    EXPECT_EQ(bridge.wait(), 1) << bridge.output();
    EXPECT_THAT(bridge.output(), HasSubstr(reason));
  }
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
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
  expectRefused(out(), "found a living consumer named 'bridge'");
  expectRefused(out({"--name", "other"}), "bridge \"bridge\" sends this ring to it");
  send(ring, 10);
  expectUpTo(reader, 19);
}

TEST_F(Refused, ASecondBridgeOfARingHoldsNothingUpWhenItIsGone) {
  auto ring = createRing(64);
  Bridge first = out();
  Bridge receiver = in();
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
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
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
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
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
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
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
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
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
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

class ServerAway : public Bridged {};

TEST_F(ServerAway, IsWaitedForWithAWord) {
  auto ring = createRing();
  server_.kill();
  Bridge sender = out();
  Bridge receiver = in();
  EXPECT_TRUE(sender.says("waiting for NATS"));
  EXPECT_TRUE(receiver.says("waiting for NATS"));
  send(ring, 10);
  server_.start();
  Reader reader = attachThere();
  expectUpTo(reader, 9);
}

TEST_F(ServerAway, ThoughItTakesConnectionsIsToldOnceAndNotEachTime) {
  const std::string directory = scratch_.path() + "/full";
  std::filesystem::create_directory(directory);
  const NatsServer full(
      directory, "jetstream { store_dir: \"" + directory + "/store\", max_file_store: 10000 }");
  ASSERT_TRUE(full.isThere());
  url_ = full.url();
  auto ring = createRing(4096);
  const auto begin = std::chrono::steady_clock::now();
  Bridge sender = out({"--batch", "1600", "--metrics", files_ + "/metrics"});
  send(ring, 2000);
  ASSERT_TRUE(sluice::testing::eventually([this] {
    const std::string told = contentsOf(files_ + "/metrics");
    const std::string name = "shm_bridge_connections_total{direction=\"out\",stream=\"S\"} ";
    const std::size_t at = told.find(name);
    return at != std::string::npos && std::stoi(told.substr(at + name.size())) >= 6;
  })) << sender.output();
  const std::string said = sender.output();
  const auto fives = (std::chrono::steady_clock::now() - begin) / 5s;
  EXPECT_THAT(said, HasSubstr("does not store"));
  EXPECT_LE(std::ranges::count(said, '\n'), 3 + 2 * fives) << said;
}

/// Servers that know their clients.
class Guarded : public Refused {
 protected:
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(files_ + "/" + name) << text;
    return files_ + "/" + name;
  }
  NatsServer guarded(const std::string& configuration) const {
    const std::string directory = scratch_.path() + "/guarded";
    std::filesystem::create_directory(directory);
    return NatsServer(directory, configuration);
  }
};

TEST_F(Guarded, APasswordComesFromAContextFileAndAPermissionThatIsMissingIsTold) {
  const auto server = guarded(
      "authorization { users: [ { user: a, password: b }, { user: c, password: d, permissions: "
      "{ publish: [\"$JS.>\"] } } ] }");
  auto ring = createRing();
  url_ = server.url();
  expectRefused(out(), "uthorization");
  const auto context = [&](const std::string& user, const std::string& password) {
    return file(user, R"({"description":"","url":")" + server.url() + R"(","user":")" + user +
                          R"(","password":")" + password + R"("})");
  };
  Bridge sender =
      start({"out", here_ + "/ring", "--stream", "S"}, {"--context", context("a", "b")});
  Bridge receiver = start({"in", "S", "--ring", there_ + "/mirror", "--within", "60"},
                          {"--context", context("a", "b")});
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
  sender.signal(SIGTERM);
  EXPECT_EQ(sender.wait(), 0);
  send(ring, 10);
  expectRefused(start({"out", here_ + "/ring", "--stream", "S"}, {"--context", context("c", "d")}),
                "ermissions");
}

TEST_F(Guarded, CertificatesAreCheckedByBothSides) {
  const std::string tls = scratch_.path() + "/tls";
  std::filesystem::create_directory(tls);
  const auto made = sluice::testing::run(
      "cd " + tls +
      " && openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj "
      "/CN=ca 2>&1 && for n in server client; do openssl req -newkey rsa:2048 -nodes -keyout "
      "$n.key -out $n.csr -subj /CN=localhost 2>&1 && printf "
      "'subjectAltName=IP:127.0.0.1,DNS:localhost' > ext && openssl x509 -req -in $n.csr -CA "
      "ca.pem -CAkey ca.key -CAcreateserial -out $n.pem -days 2 -extfile ext 2>&1; done");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto server = guarded("tls { cert_file: \"" + tls + "/server.pem\", key_file: \"" + tls +
                              "/server.key\", ca_file: \"" + tls + "/ca.pem\", verify: true }");
  ASSERT_TRUE(server.isThere());
  url_ = server.url();
  auto ring = createRing();
  const std::vector<std::string> proof{"--tls-ca",          tls + "/ca.pem", "--tls-cert",
                                       tls + "/client.pem", "--tls-key",     tls + "/client.key"};
  Bridge sender = out(proof);
  Bridge receiver = in(proof);
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
  expectRefused(start({"in", "S", "--ring", there_ + "/other", "--nats", url_}, {}), "SSL");
  expectRefused(start({"in", "S", "--ring", there_ + "/other", "--nats", url_},
                      {"--tls-ca", tls + "/client.pem"}),
                "ertificate");
}

TEST_F(Guarded, CredentialsAreReadFromTheirFile) {
  const std::string folder = SLUICE_SOURCE_DIR "/test/bridge/server/credentials/";
  const auto server = guarded(contentsOf(folder + "operator.conf"));
  ASSERT_TRUE(server.isThere());
  url_ = server.url();
  auto ring = createRing();
  expectRefused(out(), "uthorization");
  expectRefused(out({"--creds", files_ + "/none"}), "cannot be read");
  expectRefused(out({"--creds", file("empty", "nothing\n")}), "has no credentials in it");
  const std::vector<std::string> proof{"--creds", folder + "user.creds"};
  Bridge sender = out(proof);
  Bridge receiver = in(proof);
  send(ring, 10);
  Reader reader = attachThere();
  expectUpTo(reader, 9);
}

}  // namespace
}  // namespace shm_bridge
