// What an operator, or another program, does to a stream.
#pragma once

#include <nats/nats.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace shm_bridge {

/// Of the stream S.
class NatsAdmin {
 public:
  explicit NatsAdmin(const std::string& url) {
    must(natsConnection_ConnectTo(&connection_, url.c_str()));
    must(natsConnection_JetStream(&jetStream_, connection_, nullptr));
  }
  ~NatsAdmin() {
    jsCtx_Destroy(jetStream_);
    natsConnection_Destroy(connection_);
  }
  NatsAdmin(const NatsAdmin&) = delete;
  NatsAdmin& operator=(const NatsAdmin&) = delete;

  void purge() { must(js_PurgeStream(jetStream_, "S", nullptr, nullptr)); }
  void deleteStream() { must(js_DeleteStream(jetStream_, "S", nullptr, nullptr)); }
  void publish(const std::string& text, const std::string& subject = "sluice.S") {
    must(js_Publish(nullptr, jetStream_, subject.c_str(), text.data(),
                    static_cast<int>(text.size()), nullptr, nullptr));
  }
  /// Without content, and with that header.
  void publishWith(const char* header, const char* value) {
    natsMsg* message = nullptr;
    must(natsMsg_Create(&message, "sluice.S", nullptr, "", 0));
    must(natsMsgHeader_Set(message, header, value));
    const natsStatus status = js_PublishMsg(nullptr, jetStream_, message, nullptr, nullptr);
    natsMsg_Destroy(message);
    must(status);
  }
  struct Changes {
    std::string subject = "sluice.S";
    std::int64_t maxAgeNanoseconds = 0;
    std::int64_t maxMessages = -1;
    bool isWorkQueue = false;
  };
  void create(const Changes& changes) { change(changes, js_AddStream); }
  void update(const Changes& changes) { change(changes, js_UpdateStream); }

  struct State {
    std::uint64_t messages;
    std::uint64_t first;
    std::uint64_t last;
    std::int64_t consumers;
  };
  State state() {
    jsStreamInfo* info = nullptr;
    must(js_GetStreamInfo(&info, jetStream_, "S", nullptr, nullptr));
    const State state{info->State.Msgs, info->State.FirstSeq, info->State.LastSeq,
                      info->State.Consumers};
    jsStreamInfo_Destroy(info);
    return state;
  }
  std::string leader() {
    jsStreamInfo* info = nullptr;
    must(js_GetStreamInfo(&info, jetStream_, "S", nullptr, nullptr));
    const std::string name = info->Cluster == nullptr ? "" : info->Cluster->Leader;
    jsStreamInfo_Destroy(info);
    return name;
  }

 private:
  template <class Call>
  void change(const Changes& changes, Call call) {
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    const char* subject = changes.subject.c_str();
    config.Name = "S";
    config.Subjects = &subject;
    config.SubjectsLen = 1;
    config.MaxAge = changes.maxAgeNanoseconds;
    config.MaxMsgs = changes.maxMessages;
    if (changes.isWorkQueue) config.Retention = js_WorkQueuePolicy;
    must(call(nullptr, jetStream_, &config, nullptr, nullptr));
  }
  static void must(natsStatus status) {
    if (status != NATS_OK)
      throw std::runtime_error(std::string("NATS: ") + natsStatus_GetText(status));
  }

  natsConnection* connection_ = nullptr;
  jsCtx* jetStream_ = nullptr;
};

}  // namespace shm_bridge
