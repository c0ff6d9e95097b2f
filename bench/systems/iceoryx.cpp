#include "systems/channels.hpp"
#include "systems/streams.hpp"

#ifdef SLUICE_BENCH_ICEORYX
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/popo/untyped_publisher.hpp>
#include <iceoryx_posh/popo/untyped_subscriber.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "support/channel.hpp"
#include "support/unique_name.hpp"
#include "systems/iceoryx_daemon.hpp"

namespace sluice::bench {
namespace {

constexpr const char* name = "iceoryx";

/// Makes this process known to the daemon.
void join() {
  static bool hasJoined = false;
  if (std::exchange(hasJoined, true)) return;
  iox::log::LogManager::GetLogManager().SetDefaultLogLevel(iox::log::LogLevel::kError,
                                                           iox::log::LogLevelOutput::kHideLogLevel);
  const std::string unique =
      IceoryxDaemon::prefixOfUsersFrom(::getppid()) + std::to_string(::getpid());
  iox::runtime::PoshRuntime::initRuntime({iox::cxx::TruncateToCapacity, unique});
}

void await(const std::function<bool()>& connected) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!connected()) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("iceoryx does not connect publisher and subscriber");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// A publisher and its subscriber. A record is a message; nothing is lost: the publisher waits for
/// a subscriber whose queue is full, which has room for 256. Each run has a service of its own, as
/// processes that just exit leave their ports behind in the daemon.
template <class Record>
class IceoryxService {
 public:
  IceoryxService() : name_(uniqueName("run-")) {}

  void openWriter() {
    join();
    iox::popo::PublisherOptions options;
    options.subscriberTooSlowPolicy = iox::popo::ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
    publisher_.emplace(description(), options);
    await([this] { return publisher_->hasSubscribers(); });
  }

  void openReader() {
    join();
    iox::popo::SubscriberOptions options;
    options.queueFullPolicy = iox::popo::QueueFullPolicy::BLOCK_PRODUCER;
    subscriber_.emplace(description(), options);
    await(
        [this] { return subscriber_->getSubscriptionState() == iox::SubscribeState::SUBSCRIBED; });
  }

  /// `fill` writes the record in place.
  template <class Fill>
  void write(Fill fill) {
    auto chunk = publisher_->loan(sizeof(Record), alignof(Record));
    if (chunk.has_error()) throw std::runtime_error("iceoryx has no chunk for a record");
    auto* const record = new (chunk.value()) Record;
    fill(*record);
    publisher_->publish(record);
  }

  /// `take` reads it in place. False when there is none.
  template <class Take>
  bool read(Take take) {
    auto chunk = subscriber_->take();
    if (chunk.has_error()) {
      if (chunk.get_error() != iox::popo::ChunkReceiveResult::NO_CHUNK_AVAILABLE)
        throw std::runtime_error("iceoryx gives no more chunks to a reader");
      return false;
    }
    take(*static_cast<const Record*>(chunk.value()));
    subscriber_->release(chunk.value());
    return true;
  }

 private:
  iox::capro::ServiceDescription description() const {
    return {"Sluice", {iox::cxx::TruncateToCapacity, name_}, "records"};
  }

  std::string name_;
  std::optional<iox::popo::UntypedPublisher> publisher_;
  std::optional<iox::popo::UntypedSubscriber> subscriber_;
};

template <std::size_t size>
class Iceoryx final : public Transport {
 public:
  explicit Iceoryx(const Load& load) : load_(load) {}

  void openWriter() override { service_.openWriter(); }
  void openReader(unsigned) override { service_.openReader(); }

  void write() override {
    for (std::uint64_t next = 0; next < load_.records; ++next)
      service_.write([&](Record& record) { record.fill(next); });
  }

  Tally read() override {
    Tally tally;
    for (std::uint64_t seen = 0; seen < load_.records;) {
      if (service_.read([&](const Record& record) { tally.add(record); }))
        ++seen;
      else
        passTime(load_.idling);
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;
  Load load_;
  IceoryxService<Record> service_;
};

class IceoryxChannel {
 public:
  void openSender() { service_.openWriter(); }
  void openReceiver() { service_.openReader(); }
  void send(const ChannelRecord& record) {
    service_.write([&](ChannelRecord& sent) { sent = record; });
  }
  void receive(ChannelRecord& record) {
    while (!service_.read([&](const ChannelRecord& sent) { record = sent; })) {
    }
  }

 private:
  IceoryxService<ChannelRecord> service_;
};

/// The daemon of a comparison: started by the first run, and there until the last one's closure
/// goes.
class ComparisonsDaemon {
 public:
  void start() {
    if (!*daemon_) daemon_->emplace();
  }

 private:
  std::shared_ptr<std::optional<IceoryxDaemon>> daemon_ =
      std::make_shared<std::optional<IceoryxDaemon>>();
};

}  // namespace

std::optional<StreamSystem> iceoryxStream() {
  return StreamSystem{name, Kind::peer, [daemon = ComparisonsDaemon()](const Load& load) mutable {
                        daemon.start();
                        return makeForSize<Iceoryx>(load);
                      }};
}

std::optional<ChannelSystem> iceoryxChannel() {
  return ChannelSystem{name, Kind::peer,
                       [daemon = ComparisonsDaemon()](std::span<std::uint32_t> times,
                                                      const Processors& processors) mutable {
                         daemon.start();
                         return pingPong<IceoryxChannel>(times, processors);
                       }};
}

}  // namespace sluice::bench

#else

namespace sluice::bench {

std::optional<StreamSystem> iceoryxStream() {
  return {};
}

std::optional<ChannelSystem> iceoryxChannel() {
  return {};
}

}  // namespace sluice::bench
#endif
