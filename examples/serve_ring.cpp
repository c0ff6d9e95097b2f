// Serves the messages of a ring, a line each, to every client that connects to its port on
// 127.0.0.1. A client that holds the others up for a second, or as long as is said, is dropped.
// usage: serve_ring SEGMENT [MILLISECONDS]
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sluice/asio.hpp"
#include "sluice/message.hpp"

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto asTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t mostBehind = 1 << 20;  // bytes, and a batch

/// A connection, and the bytes that are not sent yet.
class Client {
 public:
  Client(int number, tcp::socket socket)
      : number_(number), socket_(std::move(socket)), news_(socket_.get_executor()) {}

  int number() const { return number_; }
  bool isOpen() const { return socket_.is_open(); }
  std::size_t behind() const { return queued_.size() + sending_.size(); }

  void queue(const std::string& lines) {
    queued_ += lines;
    news_.cancel();
  }
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    news_.cancel();
  }

  /// Sends what is queued until the client is closed, and tells of what went out.
  asio::awaitable<void> send(asio::steady_timer& progress) {
    while (isOpen()) {
      if (queued_.empty()) {
        news_.expires_at(asio::steady_timer::time_point::max());
        co_await news_.async_wait(asTuple);
        continue;
      }
      sending_.swap(queued_);
      const auto [error, count] =
          co_await asio::async_write(socket_, asio::buffer(sending_), asTuple);
      sending_.clear();
      if (error) close();
      progress.cancel();
    }
  }

 private:
  int number_;
  tcp::socket socket_;
  asio::steady_timer news_;
  std::string queued_;
  std::string sending_;
};

/// Runs in one thread, so nothing of it is guarded.
class Server {
 public:
  Server(asio::io_context& io, sluice::MessageConsumer in, std::chrono::milliseconds patience)
      : in_(std::move(in)),
        acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        progress_(io),
        patience_(patience) {}

  int port() const { return acceptor_.local_endpoint().port(); }

  asio::awaitable<void> accept() {
    for (int number = 1;; ++number) {
      auto [error, socket] = co_await acceptor_.async_accept(asTuple);
      if (error) co_return;
      const auto client = std::make_shared<Client>(number, std::move(socket));
      clients_.push_back(client);
      asio::co_spawn(acceptor_.get_executor(), hold(client), asio::detached);
      std::printf("client %d has come\n", number);
    }
  }

  asio::awaitable<void> distribute() {
    auto [error, status] = co_await sluice::asyncWait(in_, asTuple);
    while (!error && status == sluice::Status::ok) {
      std::string lines;
      for (const sluice::Message& message : in_.tryWait()) {
        lines.append(reinterpret_cast<const char*>(message.bytes.data()), message.bytes.size());
        lines += '\n';
      }
      in_.commit();
      for (const auto& client : clients_)
        client->queue(lines);
      co_await awaitClients(mostBehind);
      std::tie(error, status) = co_await sluice::asyncWait(in_, asTuple);
    }
    acceptor_.close();
    co_await awaitClients(0);
    for (const auto& client : clients_)
      client->close();
    std::printf("the stream is %s\n", nameOf(status));
  }

 private:
  /// A client that is dropped lives until its write has ended.
  asio::awaitable<void> hold(std::shared_ptr<Client> client) { co_await client->send(progress_); }

  /// Until no client is further behind. A client that is when the time is over is dropped.
  asio::awaitable<void> awaitClients(std::size_t most) {
    const auto isBehind = [most](const auto& client) {
      return client->isOpen() && client->behind() > most;
    };
    progress_.expires_after(patience_);
    while (std::any_of(clients_.begin(), clients_.end(), isBehind) &&
           std::chrono::steady_clock::now() < progress_.expiry())
      co_await progress_.async_wait(asTuple);
    std::erase_if(clients_, [&isBehind](const auto& client) {
      if (isBehind(client)) {
        std::printf("client %d is dropped: %zu bytes behind\n", client->number(), client->behind());
        client->close();
      } else if (!client->isOpen()) {
        std::printf("client %d has gone\n", client->number());
      }
      return !client->isOpen();
    });
  }

  sluice::MessageConsumer in_;
  tcp::acceptor acceptor_;
  asio::steady_timer progress_;
  std::chrono::milliseconds patience_;
  std::vector<std::shared_ptr<Client>> clients_;
};

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("usage: serve_ring SEGMENT [MILLISECONDS]\n", stderr);
    return 2;
  }
  ::setlinebuf(stdout);
  const std::chrono::milliseconds patience(count > 2 ? std::atoi(words[2]) : 1000);
  asio::io_context io(1);
  auto in = sluice::MessageConsumer::attach(
      words[1], {.name = "serve_ring", .appearWithin = std::chrono::seconds(10)});
  if (!in) {
    std::fprintf(stderr, "serve_ring: %s\n", in.error().message().c_str());
    return 1;
  }
  Server server(io, *std::move(in), patience);
  std::printf("127.0.0.1:%d\n", server.port());
  asio::co_spawn(io, server.accept(), asio::detached);
  asio::co_spawn(io, server.distribute(), asio::detached);
  io.run();
  return 0;
}
