#include "delivery.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "refusal.hpp"
#include "stream.hpp"

namespace shm_bridge {

using namespace std::chrono_literals;

namespace {

constexpr auto lostOnItsWay = "a message was lost on its way, and is asked for again";
constexpr std::chrono::nanoseconds heartbeat = 2s;
constexpr std::chrono::seconds longestSilence = 7s;
constexpr std::chrono::nanoseconds keptWithoutUs = 30s;

std::string_view headerOf(natsMsg* message, const char* name) {
  const char* value = nullptr;
  return natsMsgHeader_Get(message, name, &value) == NATS_OK ? value : "";
}

}  // namespace

Delivery::Delivery(const Connection& connection, const std::string& stream, std::uint64_t from)
    : connection_(connection) {
  natsStatus status = make(inbox_, natsInbox_Create);
  if (status == NATS_OK)
    status = make(subscription_, [this](natsSubscription** made) {
      return natsConnection_SubscribeSync(made, connection_.get(), inbox_.get());
    });
  if (status == NATS_OK) status = natsSubscription_SetPendingLimits(subscription_.get(), -1, -1);
  if (status != NATS_OK) throw Unavailable("subscribing: " + natsErrorText(status));
  jsConsumerConfig config;
  jsConsumerConfig_Init(&config);
  config.DeliverSubject = inbox_.get();
  config.DeliverPolicy = js_DeliverByStartSequence;
  config.OptStartSeq = from == 0 ? 1 : from;
  config.AckPolicy = js_AckNone;
  config.ReplayPolicy = js_ReplayInstant;
  config.FlowControl = true;
  config.Heartbeat = heartbeat.count();
  config.InactiveThreshold = keptWithoutUs.count();
  config.MemoryStorage = true;
  config.Replicas = 1;
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = 5000;
  NatsHandle<jsConsumerInfo> info;
  jsErrCode error{};
  status = make(info, [&](jsConsumerInfo** made) {
    return js_AddConsumer(made, connection_.jetStream(), stream.c_str(), &config, &options, &error);
  });
  if (status != NATS_OK)
    failJetStream(connection_, fmt::format("reading stream {}", stream), status, error);
}

std::optional<Delivery::Message> Delivery::next(std::chrono::milliseconds within,
                                                const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!stop.stop_requested()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    Message got;
    const natsStatus status = make(got.message, [&](natsMsg** made) {
      return natsSubscription_NextMsg(made, subscription_.get(), left > 0ms ? left.count() : 0);
    });
    if (status == NATS_TIMEOUT) {
      connection_.check();
      silence_ += within;
      if (silence_ > longestSilence)
        throw Unavailable("the server has sent neither message nor heartbeat");
      return std::nullopt;
    }
    if (status != NATS_OK) {
      connection_.check();
      throw Unavailable("reading: " + natsErrorText(status));
    }
    silence_ = 0ms;
    if (headerOf(got.message.get(), "Status") == "100") {
      handleStatus(got.message.get());
      continue;
    }
    readFacts(got);
    return got;
  }
  return std::nullopt;
}

/// A question whether we are still there, or how far; or how far the server is: a message that was
/// lost and has none behind it is seen by that alone.
void Delivery::handleStatus(natsMsg* message) {
  const std::string_view last = headerOf(message, "Nats-Last-Consumer");
  std::uint64_t sent = 0;
  std::from_chars(last.data(), last.data() + last.size(), sent);
  if (sent > delivered_) throw Unavailable(lostOnItsWay);
  const char* reply = natsMsg_GetReply(message);
  const std::string_view stalled = headerOf(message, "Nats-Consumer-Stalled");
  const std::string to = reply != nullptr ? reply : std::string(stalled);
  if (!to.empty()) natsConnection_PublishString(connection_.get(), to.c_str(), "");
}

void Delivery::readFacts(Message& message) {
  NatsHandle<jsMsgMetaData> facts;
  const natsStatus status = make(facts, [&message](jsMsgMetaData** made) {
    return natsMsg_GetMetaData(made, message.message.get());
  });
  if (status != NATS_OK) throw Unavailable("a message is none of the stream's");
  if (facts->Sequence.Consumer != ++delivered_) throw Unavailable(lostOnItsWay);
  message.streamSequence = facts->Sequence.Stream;
  message.pending = facts->NumPending;
}

}  // namespace shm_bridge
