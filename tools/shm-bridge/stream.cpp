#include "stream.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "progress.hpp"
#include "refusal.hpp"

namespace shm_bridge {

namespace {

/// What passes by itself: a server that is starting, a cluster that has no leader yet.
bool mayPass(natsStatus status, int error) {
  switch (error) {
    case 0:
      return status != NATS_NOT_PERMITTED && status != NATS_INVALID_ARG &&
             status != NATS_MAX_PAYLOAD;
    case JSClusterNotAvailErr:
    case JSClusterNoPeersErr:
    case JSInsufficientResourcesErr:
    case JSStreamStoreFailedErr:
      return true;
    default:
      return error >= 10008 && error <= 10009;
  }
}

jsOptions patience() {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = 3000;
  return options;
}

std::string subjectOf(const std::string& stream, const StreamSettings& settings) {
  return settings.subject.empty() ? "sluice." + stream : settings.subject;
}

StreamEnd::Last lastOf(FoundBatch::Kind kind) {
  switch (kind) {
    case FoundBatch::Kind::batch:
      return StreamEnd::Last::batch;
    case FoundBatch::Kind::foreign:
      return StreamEnd::Last::foreign;
    case FoundBatch::Kind::unreadable:
      return StreamEnd::Last::unreadable;
    case FoundBatch::Kind::removed:
      return StreamEnd::Last::removed;
  }
  return StreamEnd::Last::removed;
}

}  // namespace

void failJetStream(const Connection& connection, const std::string& what, natsStatus status,
                   int error) {
  connection.check();
  std::string text = fmt::format("{}: {}", what, natsErrorText(status));
  if (status == NATS_NO_RESPONDERS) text += "; JetStream is not enabled, or has not started yet";
  if (mayPass(status, error)) throw Unavailable(text);
  throw Refusal(text);
}

FoundBatch foundIn(natsMsg* message, HeadDecoder& decoder) try {
  const auto header = [message](const char* name) -> const char* {
    const char* value = nullptr;
    return natsMsgHeader_Get(message, name, &value) == NATS_OK ? value : nullptr;
  };
  auto head = decoder.decode(header);
  if (head) return {FoundBatch::Kind::batch, *std::move(head), {}};
  return {FoundBatch::Kind::foreign, {}, "it has no header Sluice-Wire"};
} catch (const std::invalid_argument& error) {
  return {FoundBatch::Kind::unreadable, {}, error.what()};
}

std::optional<StreamFacts> Stream::look() const {
  NatsHandle<jsStreamInfo> info;
  jsErrCode error{};
  jsOptions options = patience();
  const natsStatus status = make(info, [&](jsStreamInfo** made) {
    return js_GetStreamInfo(made, connection_.jetStream(), name_.c_str(), &options, &error);
  });
  if (error == JSStreamNotFoundErr || (status == NATS_NOT_FOUND && error == 0)) return std::nullopt;
  if (status != NATS_OK) failJetStream(connection_, "stream " + name_, status, error);
  const jsStreamConfig& config = *info->Config;
  const jsStreamState& state = info->State;
  return StreamFacts{state.FirstSeq, state.LastSeq,
                     config.SubjectsLen == 1 ? config.Subjects[0] : ""};
}

StreamFacts Stream::lookOrCreate(const StreamSettings& settings, bool mayCreate) const {
  NatsHandle<jsStreamInfo> info;
  jsErrCode error{};
  jsOptions options = patience();
  for (int i = 0;; ++i) {
    const natsStatus status = make(info, [&](jsStreamInfo** made) {
      return js_GetStreamInfo(made, connection_.jetStream(), name_.c_str(), &options, &error);
    });
    if (status == NATS_OK) break;
    const bool isMissing = error == JSStreamNotFoundErr || (status == NATS_NOT_FOUND && error == 0);
    if (!isMissing || i > 0) failJetStream(connection_, "stream " + name_, status, error);
    if (!mayCreate)
      throw Refusal(
          fmt::format("stream {}: there is none any more, and what was in it is lost; the "
                      "next shm-bridge out makes it anew, behind the last record that was "
                      "acknowledged",
                      name_));
    create(settings);
    say(fmt::format("made stream {}", name_));
  }
  checkFits(*info->Config, settings);
  const jsStreamState& state = info->State;
  return {state.FirstSeq, state.LastSeq, info->Config->Subjects[0]};
}

void Stream::create(const StreamSettings& settings) const {
  const std::string subject = subjectOf(name_, settings);
  std::array<const char*, 1> subjects{subject.c_str()};
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  config.Name = name_.c_str();
  config.Subjects = subjects.data();
  config.SubjectsLen = 1;
  config.Retention = js_LimitsPolicy;
  config.Discard = js_DiscardOld;
  config.Storage = settings.inMemory ? js_MemoryStorage : js_FileStorage;
  config.Replicas = settings.replicas;
  config.MaxBytes = settings.maxBytes;
  config.MaxMsgs = settings.maxMessages;
  NatsHandle<jsStreamInfo> info;
  jsErrCode error{};
  jsOptions options = patience();
  options.Wait = 10000;
  const natsStatus status = make(info, [&](jsStreamInfo** made) {
    return js_AddStream(made, connection_.jetStream(), &config, &options, &error);
  });
  if (status != NATS_OK) failJetStream(connection_, "making stream " + name_, status, error);
}

/// The last message has to stay, and only what a bridge publishes may come in.
void Stream::checkFits(const jsStreamConfig& config, const StreamSettings& settings) const {
  const auto refuse = [this](const std::string& field, const std::string& found,
                             const std::string& expected) {
    throw Refusal(
        fmt::format("stream {}: {}: found {}, expected {}; change the stream, or use "
                    "another one",
                    name_, field, found, expected));
  };
  if (config.Retention != js_LimitsPolicy)
    refuse("retention", "interest or work queue", "limits: the last message tells where to go on");
  if (config.MaxAge != 0)
    refuse("max_age", fmt::format("{} s", config.MaxAge / 1'000'000'000),
           "none: the last message tells where to go on, and it would be removed");
  if (config.Discard != js_DiscardOld) refuse("discard", "new", "old");
  if (config.NoAck) refuse("no_ack", "true", "false: records are committed when acknowledged");
  if (config.Mirror != nullptr || config.SourcesLen != 0)
    refuse("mirror or sources", "another stream", "none");
  if (config.SubjectsLen != 1)
    refuse("subjects", fmt::format("{}", config.SubjectsLen), "exactly one");
  const std::string subject = config.Subjects[0];
  if (subject.find_first_of("*>") != std::string::npos)
    refuse("subject", subject, "one without wildcards");
  if (!settings.subject.empty() && settings.subject != subject)
    refuse("subject", subject, settings.subject + ", as --subject says");
}

FoundBatch Stream::batchAt(std::uint64_t streamSequence) const {
  NatsHandle<natsMsg> message;
  jsErrCode error{};
  jsOptions options = patience();
  const natsStatus status = make(message, [&](natsMsg** made) {
    return js_GetMsg(made, connection_.jetStream(), name_.c_str(), streamSequence, &options,
                     &error);
  });
  if (error == JSNoMessageFoundErr || (status == NATS_NOT_FOUND && error == 0)) return {};
  if (status != NATS_OK)
    failJetStream(connection_, fmt::format("message {} of stream {}", streamSequence, name_),
                  status, error);
  HeadDecoder decoder;
  return foundIn(message.get(), decoder);
}

StreamEnd Stream::end(bool skipForeign) const {
  const auto facts = look();
  if (!facts) throw Refusal(fmt::format("stream {}: there is none any more", name_));
  StreamEnd end;
  end.stream = name_;
  end.lastSequence = facts->lastSequence;
  if (facts->lastSequence == 0) return end;
  FoundBatch found = batchAt(facts->lastSequence);
  const auto isPassedOver = [&found] {
    return found.kind == FoundBatch::Kind::foreign || found.kind == FoundBatch::Kind::removed;
  };
  for (std::uint64_t at = facts->lastSequence;
       skipForeign && isPassedOver() && at > facts->firstSequence;)
    found = batchAt(--at);
  if (skipForeign && found.kind == FoundBatch::Kind::foreign) return end;
  end.last = lastOf(found.kind);
  end.head = std::move(found.head);
  end.fault = std::move(found.fault);
  return end;
}

}  // namespace shm_bridge
