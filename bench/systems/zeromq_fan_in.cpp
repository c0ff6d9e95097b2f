#include "systems/fan_ins.hpp"

#ifdef SLUICE_BENCH_ZEROMQ
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

#include "support/unique_name.hpp"
#include "systems/zeromq_socket.hpp"

namespace sluice::bench {
namespace {

class ZeroMqFanIn final : public FanInTransport {
 public:
  explicit ZeroMqFanIn(const Load& load)
      : load_(load), endpoint_("ipc://@" + uniqueName("sluice-bench-zeromq-")) {}

  /// Each greets the reader, so that it connects while it is opened, not only while it is measured.
  void openWriter(unsigned number) override {
    first_ = WriterTallies::firstOf(number);
    socket_.emplace(ZMQ_PUSH, highWaterMark);
    socket_->connect(endpoint_);
    ZeroMqMessage greeting(0);
    socket_->send(greeting);
  }
  void openReader() override {
    socket_.emplace(ZMQ_PULL, highWaterMark);
    socket_->bind(endpoint_);
    for (unsigned number = 0; number < load_.producers; ++number) {
      ZeroMqMessage greeting;
      socket_->receive(greeting);
    }
  }

  void write() override {
    FanInRecord record;
    for (std::uint64_t next = 0; next < load_.records; ++next) {
      record.fill(first_ + next);
      ZeroMqMessage message(sizeof(record));
      std::memcpy(message.data(), &record, sizeof(record));
      socket_->send(message);
    }
  }

  WriterTallies read() override {
    WriterTallies tallies(load_.producers);
    ZeroMqMessage message;
    FanInRecord record;
    const std::uint64_t all = load_.records * load_.producers;
    for (std::uint64_t seen = 0; seen < all; ++seen) {
      socket_->receive(message);
      if (message.size() != sizeof(record)) throw std::runtime_error("a message of another size");
      std::memcpy(&record, message.data(), sizeof(record));
      tallies.add(record);
    }
    return tallies;
  }

 private:
  static constexpr int highWaterMark = 8192;

  Load load_;
  std::string endpoint_;
  std::uint64_t first_ = 0;
  std::optional<ZeroMqSocket> socket_;
};

}  // namespace

std::optional<FanInSystem> zeroMqFanIn() {
  return FanInSystem{"ZeroMQ, ipc", Kind::peer, makeFanIn<ZeroMqFanIn>};
}

}  // namespace sluice::bench

#else

namespace sluice::bench {

std::optional<FanInSystem> zeroMqFanIn() {
  return {};
}

}  // namespace sluice::bench
#endif
