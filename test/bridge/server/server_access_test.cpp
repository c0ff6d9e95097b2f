// Servers that are away, store nothing, or know their clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "server/bridged.hpp"
#include "support/shell_command.hpp"

namespace shm_bridge {
namespace {

using ::testing::HasSubstr;

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
class Guarded : public Bridged {
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
  Reader reader = carryTen(ring);
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
  Reader reader = carryTen(ring);
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
  Reader reader = carryTen(ring);
}

}  // namespace
}  // namespace shm_bridge
