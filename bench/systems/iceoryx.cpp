#include "systems/streams.hpp"

#ifdef SLUICE_BENCH_ICEORYX
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/popo/untyped_publisher.hpp>
#include <iceoryx_posh/popo/untyped_subscriber.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/unique_name.hpp"
#include "systems/iceoryx_daemon.hpp"

namespace sluice::bench {
namespace {

/// A record is a message. Nothing is lost: the publisher waits for a subscriber whose queue is
/// full, which has room for 256 at most. Each run has a service of its own, as processes that just
/// exit leave their ports behind in the daemon.
template <std::size_t size>
class Iceoryx final : public Transport {
 public:
  explicit Iceoryx(const Load& load) : load_(load), name_(uniqueName("run-")) {}

  void openWriter() override {
    join("writer");
    iox::popo::PublisherOptions options;
    options.subscriberTooSlowPolicy = iox::popo::ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
    publisher_.emplace(service(), options);
    await([this] { return publisher_->hasSubscribers(); });
  }

  void openReader(unsigned number) override {
    join("reader" + std::to_string(number));
    iox::popo::SubscriberOptions options;
    options.queueCapacity = std::min<std::uint64_t>(load_.capacity(), options.queueCapacity);
    options.queueFullPolicy = iox::popo::QueueFullPolicy::BLOCK_PRODUCER;
    subscriber_.emplace(service(), options);
    await(
        [this] { return subscriber_->getSubscriptionState() == iox::SubscribeState::SUBSCRIBED; });
  }

  void write() override {
    for (std::uint64_t next = 0; next < load_.records; ++next) {
      auto chunk = publisher_->loan(sizeof(Record), alignof(Record));
      if (chunk.has_error()) throw std::runtime_error("iceoryx has no chunk for a record");
      auto* const record = new (chunk.value()) Record;
      record->fill(next);
      publisher_->publish(record);
    }
  }

  Tally read() override {
    Tally tally;
    for (std::uint64_t seen = 0; seen < load_.records;) {
      auto chunk = subscriber_->take();
      if (chunk.has_error()) {
        if (chunk.get_error() != iox::popo::ChunkReceiveResult::NO_CHUNK_AVAILABLE)
          throw std::runtime_error("iceoryx gives no more chunks to a reader");
        passTime(load_.idling);
        continue;
      }
      tally.add(*static_cast<const Record*>(chunk.value()));
      subscriber_->release(chunk.value());
      ++seen;
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;

  iox::capro::ServiceDescription service() const {
    return {"Sluice", {iox::cxx::TruncateToCapacity, name_}, "records"};
  }

  /// Makes this process known to the daemon.
  static void join(const std::string& name) {
    iox::log::LogManager::GetLogManager().SetDefaultLogLevel(
        iox::log::LogLevel::kError, iox::log::LogLevelOutput::kHideLogLevel);
    const std::string unique = "sluice-bench-" + name + "-" + std::to_string(::getpid());
    iox::runtime::PoshRuntime::initRuntime({iox::cxx::TruncateToCapacity, unique});
  }

  static void await(const std::function<bool()>& connected) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!connected()) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("iceoryx does not connect publisher and subscriber");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  Load load_;
  std::string name_;
  std::optional<iox::popo::UntypedPublisher> publisher_;
  std::optional<iox::popo::UntypedSubscriber> subscriber_;
};

}  // namespace

std::optional<StreamSystem> iceoryxStream() {
  // Started by the first run, and there until the last one's closure goes.
  const auto daemon = std::make_shared<std::optional<IceoryxDaemon>>();
  return StreamSystem{"iceoryx", Kind::peer, [daemon](const Load& load) {
                        if (!*daemon) daemon->emplace();
                        return makeForSize<Iceoryx>(load);
                      }};
}

}  // namespace sluice::bench

#else

namespace sluice::bench {

std::optional<StreamSystem> iceoryxStream() {
  return {};
}

}  // namespace sluice::bench
#endif
