#include "systems/channels.hpp"
#include "systems/message_streams.hpp"
#include "systems/streams.hpp"

#ifdef SLUICE_BENCH_ZEROMQ
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/channel.hpp"
#include "support/unique_name.hpp"
#include "systems/zeromq_socket.hpp"

namespace sluice::bench {
namespace {

/// As PUSH gives each message to one reader only, every reader has a connection of its own.
template <std::size_t size>
class ZeroMq final : public Transport {
 public:
  explicit ZeroMq(const Load& load) : load_(load), name_(uniqueName("sluice-bench-zeromq-")) {}

  void openWriter() override {
    for (unsigned number = 0; number < load_.consumers; ++number) {
      auto& socket = sockets_.emplace_back(ZMQ_PUSH, highWaterMark());
      socket.bind(endpointOf(number));
      ZeroMqMessage greeting(0);
      socket.send(greeting);
    }
  }

  /// Connects while it is opened, not only while it is measured.
  void openReader(unsigned number) override {
    auto& socket = sockets_.emplace_back(ZMQ_PULL, highWaterMark());
    socket.connect(endpointOf(number));
    ZeroMqMessage greeting;
    socket.receive(greeting);
  }

  void write() override {
    for (std::uint64_t next = 0; next < load_.records;) {
      const std::uint64_t count = std::min(load_.batch, load_.records - next);
      for (ZeroMqSocket& socket : sockets_) {
        ZeroMqMessage message(count * size);
        for (std::uint64_t i = 0; i < count; ++i) {
          Record record;
          record.fill(next + i);
          std::memcpy(message.data() + i * size, &record, size);
        }
        socket.send(message);
      }
      next += count;
    }
  }

  Tally read() override {
    ZeroMqMessage message;
    Tally tally;
    for (std::uint64_t seen = 0; seen < load_.records;) {
      sockets_.front().receive(message);
      const std::size_t count = message.size() / size;
      for (std::size_t i = 0; i < count; ++i) {
        Record record;
        std::memcpy(&record, message.data() + i * size, size);
        tally.add(record);
      }
      seen += count;
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;

  /// A name that is no file: nothing stays behind, not even of a process that is killed.
  std::string endpointOf(unsigned number) const {
    return "ipc://@" + name_ + "-" + std::to_string(number);
  }

  /// Messages, and never fewer than by default, which would hold large batches back.
  int highWaterMark() const {
    return static_cast<int>(std::max<std::uint64_t>(load_.capacity() / load_.batch, 1000));
  }

  Load load_;
  std::string name_;
  std::vector<ZeroMqSocket> sockets_;
};

/// One connection. A message of ZeroMQ is a message.
class ZeroMqPort {
 public:
  ZeroMqPort(const Load&, const MessageRing& ring)
      : endpoint_("ipc://@" + uniqueName("sluice-bench-zeromq-")),
        highWaterMark_(std::max(
            static_cast<int>(static_cast<double>(ring.bytes) / ring.sizes.mean()), 1000)) {}

  struct Writer {
    std::unique_ptr<ZeroMqSocket> socket;

    template <class Fill>
    void write(std::size_t size, Fill fill) {
      ZeroMqMessage message(size);
      fill(reinterpret_cast<std::byte*>(message.data()));
      socket->send(message);
    }
    void publish() {}
  };
  struct Reader {
    std::unique_ptr<ZeroMqSocket> socket;

    template <class Take>
    std::size_t read(Take take) {
      ZeroMqMessage message;
      socket->receive(message);
      take(std::as_bytes(std::span(message.data(), message.size())));
      return 1;
    }
  };

  Writer openWriter() {
    auto socket = std::make_unique<ZeroMqSocket>(ZMQ_PUSH, highWaterMark_);
    socket->bind(endpoint_);
    ZeroMqMessage greeting(0);
    socket->send(greeting);
    return {std::move(socket)};
  }
  Reader openReader() {
    auto socket = std::make_unique<ZeroMqSocket>(ZMQ_PULL, highWaterMark_);
    socket->connect(endpoint_);
    ZeroMqMessage greeting;
    socket->receive(greeting);
    return {std::move(socket)};
  }

 private:
  std::string endpoint_;
  int highWaterMark_;
};

class ZeroMqChannel {
 public:
  ZeroMqChannel() : endpoint_("ipc://@" + uniqueName("sluice-bench-zeromq-")) {}

  void openSender() {
    socket_.emplace(ZMQ_PUSH, 1000);
    socket_->bind(endpoint_);
    ZeroMqMessage greeting(0);
    socket_->send(greeting);
  }
  void openReceiver() {
    socket_.emplace(ZMQ_PULL, 1000);
    socket_->connect(endpoint_);
    ZeroMqMessage greeting;
    socket_->receive(greeting);
  }
  void send(const ChannelRecord& record) {
    ZeroMqMessage message(sizeof(record));
    std::memcpy(message.data(), &record, sizeof(record));
    socket_->send(message);
  }
  void receive(ChannelRecord& record) {
    ZeroMqMessage message;
    socket_->receive(message);
    if (message.size() != sizeof(record)) throw std::runtime_error("a message of another size");
    std::memcpy(&record, message.data(), sizeof(record));
  }

 private:
  std::string endpoint_;
  std::optional<ZeroMqSocket> socket_;
};

constexpr const char* name = "ZeroMQ, ipc";

}  // namespace

std::optional<ChannelSystem> zeroMqChannel() {
  return blockingChannel<ZeroMqChannel>(name, Kind::peer);
}

std::optional<StreamSystem> zeroMqStream() {
  return StreamSystem{name, Kind::peer, makeForSize<ZeroMq>};
}

std::optional<StreamSystem> zeroMqMessages(const MessageRing& ring) {
  return messageSystem<ZeroMqPort>(name, Kind::peer, ring);
}

}  // namespace sluice::bench

#else

namespace sluice::bench {

std::optional<ChannelSystem> zeroMqChannel() {
  return {};
}

std::optional<StreamSystem> zeroMqStream() {
  return {};
}

std::optional<StreamSystem> zeroMqMessages(const MessageRing&) {
  return {};
}

}  // namespace sluice::bench
#endif
