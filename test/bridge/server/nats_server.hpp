// Real servers of NATS, which die with the test.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/child_process.hpp"
#include "support/eventually.hpp"

namespace shm_bridge {

using namespace std::chrono_literals;

/// A port that nobody listens on.
inline int freePort() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

inline bool isListening(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool connected =
      ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

/// A program that is executed, whose output goes to a file. It is killed at the end, whatever
/// becomes of the test.
inline sluice::testing::ChildProcess execute(const std::vector<std::string>& command,
                                             const std::string& outputPath) {
  return sluice::testing::ChildProcess([&] {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int output = ::open(outputPath.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : command)
      arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    return 127;
  });
}

inline std::string contentsOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// One server with JetStream, which keeps its port and its store when it is killed and started.
class NatsServer {
 public:
  /// `more` is added to its configuration.
  explicit NatsServer(std::string directory, std::string more = {}, int port = freePort())
      : directory_(std::move(directory)), port_(port) {
    std::ofstream(configPath()) << "listen: 127.0.0.1:" << port_ << "\njetstream { store_dir: \""
                                << directory_ << "/store\" }\n"
                                << more << '\n';
    start();
  }

  void start() {
    process_.emplace(execute({"nats-server", "-c", configPath()}, directory_ + "/server.log"));
    isThere_ = sluice::testing::eventually([this] { return isListening(port_); }, 10s);
  }
  bool isThere() const { return isThere_; }
  void kill() { process_.reset(); }
  /// It does nothing more once this returns.
  void stop() const {
    process_->signal(SIGSTOP);
    siginfo_t state{};
    ::waitid(P_PID, static_cast<id_t>(process_->pid()), &state, WSTOPPED | WEXITED | WNOWAIT);
  }
  /// What clients have sent and the server has not read.
  std::uint64_t unreadBytes() const {
    std::ifstream connections("/proc/net/tcp");
    std::uint64_t sum = 0;
    for (std::string line; std::getline(connections, line);) {
      unsigned port = 0;
      unsigned state = 0;
      unsigned long unread = 0;
      const int read = std::sscanf(line.c_str(), " %*u: %*8x:%4x %*8x:%*4x %2x %*8x:%8lx", &port,
                                   &state, &unread);
      if (read == 3 && static_cast<int>(port) == port_ && state == TCP_ESTABLISHED) sum += unread;
    }
    return sum;
  }
  void goOn() const { process_->signal(SIGCONT); }

  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  std::string log() const { return contentsOf(directory_ + "/server.log"); }
  /// What is in the streams by now is on the disk, and nothing that comes later.
  void syncToDisk() {
    kill();
    copyStore(storePath(), syncedPath());
    start();
  }
  /// Starts anew with what is on the disk.
  void losePower() {
    kill();
    copyStore(syncedPath(), storePath());
    start();
  }

 private:
  std::string configPath() const { return directory_ + "/server.conf"; }
  std::string storePath() const { return directory_ + "/store"; }
  std::string syncedPath() const { return directory_ + "/synced"; }
  static void copyStore(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  }

  std::string directory_;
  int port_;
  bool isThere_ = false;
  std::optional<sluice::testing::ChildProcess> process_;
};

/// Three servers that keep a stream together.
class NatsCluster {
 public:
  explicit NatsCluster(const std::string& directory) {
    std::vector<int> ports;
    std::vector<int> routes;
    std::string allRoutes;
    for (int i = 0; i < size; ++i) {
      ports.push_back(freePort());
      routes.push_back(freePort());
      allRoutes += (i == 0 ? "\"nats://127.0.0.1:" : ", \"nats://127.0.0.1:") +
                   std::to_string(routes.back()) + "\"";
    }
    for (int i = 0; i < size; ++i) {
      const std::string own = directory + "/" + std::to_string(i);
      std::filesystem::create_directory(own);
      const auto index = static_cast<std::size_t>(i);
      servers_.push_back(std::make_unique<NatsServer>(
          own,
          "server_name: s" + std::to_string(i) + "\ncluster { name: c, listen: \"127.0.0.1:" +
              std::to_string(routes[index]) + "\", routes: [" + allRoutes + " ] }",
          ports[index]));
    }
  }

  static constexpr int size = 3;
  NatsServer& operator[](int i) { return *servers_[static_cast<std::size_t>(i)]; }
  std::string urls() const {
    std::string all;
    for (const auto& server : servers_)
      all += (all.empty() ? "" : ",") + server->url();
    return all;
  }

 private:
  std::vector<std::unique_ptr<NatsServer>> servers_;
};

}  // namespace shm_bridge
