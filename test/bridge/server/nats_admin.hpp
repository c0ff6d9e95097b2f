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
  /// To where the server sends what the stream's one consumer gets.
  std::string deliverySubject() {
    jsConsumerInfoList* list = nullptr;
    must(js_Consumers(&list, jetStream_, "S", nullptr, nullptr));
    const std::string subject = list->Count == 1 ? list->List[0]->Config->DeliverSubject : "";
    jsConsumerInfoList_Destroy(list);
    return subject;
  }
  /// As the server says, when nothing is to be sent, how many messages it has sent.
  void beat(const std::string& subject, std::uint64_t sent) {
    natsMsg* message = nullptr;
    must(natsMsg_Create(&message, subject.c_str(), nullptr, "", 0));
    must(natsMsgHeader_Set(message, "Status", "100"));
    must(natsMsgHeader_Set(message, "Nats-Last-Consumer", std::to_string(sent).c_str()));
    const natsStatus status = natsConnection_PublishMsg(connection_, message);
    natsMsg_Destroy(message);
    must(status);
    must(natsConnection_Flush(connection_));
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
