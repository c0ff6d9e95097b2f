// The program that serves a ring over TCP, run as a user runs it.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "sluice/message.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using ::testing::MatchesRegex;
using testing::SegmentName;

/// serve_ring, which ends with its stream.
class ServeRing {
 public:
  ServeRing(const std::string& segment, std::chrono::milliseconds patience)
      : output_(::popen((SLUICE_EXAMPLES_DIR "/serve_ring " + segment + " " +
                         std::to_string(patience.count()) + " 2>&1")
                            .c_str(),
                        "r")) {}
  ~ServeRing() {
    if (output_ != nullptr) ::pclose(output_);
  }
  ServeRing(const ServeRing&) = delete;
  ServeRing& operator=(const ServeRing&) = delete;

  /// Waits for it; empty at the end.
  std::string nextLine() {
    std::array<char, 256> line{};
    if (std::fgets(line.data(), line.size(), output_) == nullptr) return {};
    std::string text = line.data();
    text.pop_back();
    return text;
  }
  int status() {
    const int status = ::pclose(std::exchange(output_, nullptr));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  FILE* output_;
};

/// A client with little room in the kernel.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int little = 1 << 16;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  std::string readToEnd() const {
    std::string all;
    std::array<char, 1 << 16> buffer;
    for (ssize_t got = 0; (got = ::read(socket_, buffer.data(), buffer.size())) > 0;)
      all.append(buffer.data(), static_cast<std::size_t>(got));
    return all;
  }

 private:
  int socket_;
};

class ServeRingTest : public ::testing::Test {
 protected:
  void serve(std::chrono::milliseconds patience) {
    server_.emplace_back(name_.str(), patience);
    const std::string address = server().nextLine();
    ASSERT_THAT(address, MatchesRegex("127\\.0\\.0\\.1:[0-9]+"));
    port_ = static_cast<std::uint16_t>(std::atoi(address.substr(address.find(':') + 1).c_str()));
  }
  ServeRing& server() { return server_.front(); }

  /// Once the server has it, so that it is given all that is published from now on.
  Client& connect() {
    clients_.emplace_back(port_);
    EXPECT_EQ(server().nextLine(), "client " + std::to_string(clients_.size()) + " has come");
    return clients_.back();
  }

  SegmentName name_;
  std::list<ServeRing> server_;
  std::uint16_t port_ = 0;
  std::list<Client> clients_;
  MessageProducer ring_ = MessageProducer::create(name_.str(), {.payloadBytes = 1 << 20}).value();
};

TEST_F(ServeRingTest, GivesEveryClientAllThoughOneReadsNothing) {
  ASSERT_NO_FATAL_FAILURE(serve(5s));
  std::vector<std::future<std::string>> read;
  for (int i = 0; i < 3; ++i)
    read.push_back(std::async(std::launch::async, &Client::readToEnd, &connect()));
  connect();  // and reads nothing

  std::string all;
  for (int i = 0; i < 20'000; ++i) {
    const std::string message = std::to_string(i) + std::string(1000, '.');
    ring_.send(message);
    all += message + "\n";
  }
  ring_.close();

  for (auto& text : read)
    EXPECT_TRUE(text.get() == all);
  EXPECT_THAT(server().nextLine(), MatchesRegex("client 4 is dropped: [0-9]+ bytes behind"));
  EXPECT_EQ(server().nextLine(), "the stream is closed");
  EXPECT_EQ(server().nextLine(), "");
  EXPECT_EQ(server().status(), 0);
}

TEST_F(ServeRingTest, GoesOnWithoutAClientThatHasGone) {
  ASSERT_NO_FATAL_FAILURE(serve(60s));
  connect();
  Client& stays = connect();
  clients_.pop_front();
  std::string all;
  // The server learns of it when it writes, and is refused once the other end has answered.
  auto read = std::async(std::launch::async, &Client::readToEnd, &stays);
  auto told = std::async(std::launch::async, &ServeRing::nextLine, &server());
  while (told.wait_for(1ms) != std::future_status::ready) {
    ring_.send("news");
    all += "news\n";
  }
  EXPECT_EQ(told.get(), "client 1 has gone");
  ring_.close();
  EXPECT_EQ(server().nextLine(), "the stream is closed");
  EXPECT_EQ(server().status(), 0);
  EXPECT_EQ(read.get(), all);
}

}  // namespace
}  // namespace sluice
