#include "systems/channels.hpp"
#include "systems/message_streams.hpp"
#include "systems/streams.hpp"

#ifdef SLUICE_BENCH_ICEORYX
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/mepoo/chunk_header.hpp>
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

  /// `fill` writes so many bytes in place, which are aligned as any word is.
  template <class Fill>
  void write(std::size_t size, Fill fill) {
    auto chunk = publisher_->loan(static_cast<std::uint32_t>(size), alignof(std::uint64_t));
    if (chunk.has_error()) throw std::runtime_error("iceoryx has no chunk for a record");
    fill(static_cast<std::byte*>(chunk.value()));
    publisher_->publish(chunk.value());
  }

  /// `take` reads them in place. False when there is none.
  template <class Take>
  bool read(Take take) {
    auto chunk = subscriber_->take();
    if (chunk.has_error()) {
      if (chunk.get_error() != iox::popo::ChunkReceiveResult::NO_CHUNK_AVAILABLE)
        throw std::runtime_error("iceoryx gives no more chunks to a reader");
      return false;
    }
    const void* const payload = chunk.value();
    const auto* const header = iox::mepoo::ChunkHeader::fromUserPayload(payload);
    take(std::span(static_cast<const std::byte*>(payload), header->userPayloadSize()));
    subscriber_->release(payload);
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
      service_.write(size, [&](std::byte* place) { (new (place) Record)->fill(next); });
  }

  Tally read() override {
    Tally tally;
    for (std::uint64_t seen = 0; seen < load_.records;) {
      if (service_.read([&](std::span<const std::byte> bytes) {
            tally.add(*reinterpret_cast<const Record*>(bytes.data()));
          }))
        ++seen;
      else
        passTime(load_.idling);
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;
  Load load_;
  IceoryxService service_;
};

class IceoryxPort {
 public:
  IceoryxPort(const Load& load, const MessageRing&) : idling_(load.idling) {}

  struct Writer {
    IceoryxService& service;

    template <class Fill>
    void write(std::size_t size, Fill fill) {
      service.write(size, fill);
    }
    void publish() {}
  };
  struct Reader {
    IceoryxService& service;
    Idling idling;

    template <class Take>
    std::size_t read(Take take) {
      if (service.read(take)) return 1;
      passTime(idling);
      return 0;
    }
  };

  Writer openWriter() {
    service_.openWriter();
    return {service_};
  }
  Reader openReader() {
    service_.openReader();
    return {service_, idling_};
  }

 private:
  Idling idling_;
  IceoryxService service_;
};

class IceoryxChannel {
 public:
  void openSender() { service_.openWriter(); }
  void openReceiver() { service_.openReader(); }
  void send(const ChannelRecord& record) {
    service_.write(sizeof(record), [&](std::byte* place) { new (place) ChannelRecord(record); });
  }
  void receive(ChannelRecord& record) {
    while (!service_.read([&](std::span<const std::byte> bytes) {
      record = *reinterpret_cast<const ChannelRecord*>(bytes.data());
    })) {
    }
  }

 private:
  IceoryxService service_;
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

std::optional<StreamSystem> iceoryxMessages(const MessageRing& ring) {
  const StreamSystem messages = messageSystem<IceoryxPort>(name, Kind::peer, ring);
  return StreamSystem{name, Kind::peer,
                      [daemon = ComparisonsDaemon(), messages](const Load& load) mutable {
                        daemon.start();
                        return messages.make(load);
                      },
                      messages.readers};
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

std::optional<StreamSystem> iceoryxMessages(const MessageRing&) {
  return {};
}

std::optional<ChannelSystem> iceoryxChannel() {
  return {};
}

}  // namespace sluice::bench
#endif
