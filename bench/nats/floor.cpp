#include "nats/floor.hpp"

#include <nats/nats.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "nats/server.hpp"

namespace sluice::bench {
namespace {

using Clock = std::chrono::steady_clock;

void must(natsStatus status) {
  if (status != NATS_OK)
    throw std::runtime_error(std::string("NATS: ") + natsStatus_GetText(status));
}

/// A connection as shm-bridge has it.
class Client {
 public:
  explicit Client(const std::string& url) {
    natsOptions* options = nullptr;
    must(natsOptions_Create(&options));
    natsOptions_SetURL(options, url.c_str());
    natsOptions_SetSendAsap(options, true);
    const natsStatus status = natsConnection_Connect(&connection_, options);
    natsOptions_Destroy(options);
    must(status);
    jsOptions context;
    jsOptions_Init(&context);
    context.PublishAsync.MaxPending = 64;
    must(natsConnection_JetStream(&jetStream_, connection_, &context));
  }
  ~Client() {
    natsSubscription_Destroy(subscription_);
    jsCtx_Destroy(jetStream_);
    natsConnection_Destroy(connection_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  jsCtx* jetStream() const noexcept { return jetStream_; }

  void createStream() {
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    const char* subject = "floor";
    config.Name = "FLOOR";
    config.Subjects = &subject;
    config.SubjectsLen = 1;
    must(js_AddStream(nullptr, jetStream_, &config, nullptr, nullptr));
  }
  /// Each message raises the number.
  void subscribe(std::atomic<std::uint64_t>& arrived) {
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Ordered = true;
    must(js_Subscribe(&subscription_, jetStream_, "floor", onMessage, &arrived, nullptr, &options,
                      nullptr));
    natsSubscription_SetPendingLimits(subscription_, -1, -1);
  }

 private:
  static void onMessage(natsConnection* /*of*/, natsSubscription* /*of*/, natsMsg* message,
                        void* closure) {
    natsMsg_Destroy(message);
    auto& arrived = *static_cast<std::atomic<std::uint64_t>*>(closure);
    arrived.fetch_add(1, std::memory_order_release);
    arrived.notify_all();
  }

  natsConnection* connection_ = nullptr;
  jsCtx* jetStream_ = nullptr;
  natsSubscription* subscription_ = nullptr;
};

void waitFor(const std::atomic<std::uint64_t>& number, std::uint64_t value) {
  for (std::uint64_t now = number.load(std::memory_order_acquire); now < value;
       now = number.load(std::memory_order_acquire))
    number.wait(now, std::memory_order_acquire);
}

}  // namespace

double natsStreamSeconds(std::size_t messageBytes, std::uint64_t count) {
  const NatsServer server;
  std::atomic<std::uint64_t> arrived{0};
  Client publisher(server.url());
  Client subscriber(server.url());
  publisher.createStream();
  subscriber.subscribe(arrived);
  const std::string message(messageBytes, 'x');
  const auto begin = Clock::now();
  for (std::uint64_t i = 0; i < count; ++i)
    must(js_PublishAsync(publisher.jetStream(), "floor", message.data(),
                         static_cast<int>(message.size()), nullptr));
  must(js_PublishAsyncComplete(publisher.jetStream(), nullptr));
  waitFor(arrived, count);
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::vector<std::uint32_t> natsOneWayTimes(std::size_t messageBytes, std::size_t count) {
  const NatsServer server;
  std::atomic<std::uint64_t> asked{0};
  std::atomic<std::uint64_t> arrived{0};
  Client publisher(server.url());
  Client subscriber(server.url());
  publisher.createStream();
  subscriber.subscribe(arrived);
  const std::jthread publishing([&] {
    const std::string message(messageBytes, 'x');
    for (std::uint64_t i = 1; i <= count; ++i) {
      waitFor(asked, i);
      must(js_Publish(nullptr, publisher.jetStream(), "floor", message.data(),
                      static_cast<int>(message.size()), nullptr, nullptr));
    }
  });
  std::vector<std::uint32_t> times;
  for (std::uint64_t i = 1; i <= count; ++i) {
    ::poll(nullptr, 0, 1);
    const auto begin = Clock::now();
    asked.store(i, std::memory_order_release);
    asked.notify_all();
    waitFor(arrived, i);
    times.push_back(static_cast<std::uint32_t>((Clock::now() - begin).count()));
  }
  return times;
}

}  // namespace sluice::bench
