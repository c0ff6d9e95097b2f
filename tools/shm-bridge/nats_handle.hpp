// What libnats gives, owned.
#pragma once

#include <nats/nats.h>

#include <memory>

namespace shm_bridge {

struct NatsDelete {
  void operator()(natsOptions* one) const noexcept { natsOptions_Destroy(one); }
  void operator()(natsConnection* one) const noexcept { natsConnection_Destroy(one); }
  void operator()(natsSubscription* one) const noexcept { natsSubscription_Destroy(one); }
  void operator()(natsMsg* one) const noexcept { natsMsg_Destroy(one); }
  void operator()(natsInbox* one) const noexcept { natsInbox_Destroy(one); }
  void operator()(jsCtx* one) const noexcept { jsCtx_Destroy(one); }
  void operator()(jsStreamInfo* one) const noexcept { jsStreamInfo_Destroy(one); }
  void operator()(jsConsumerInfo* one) const noexcept { jsConsumerInfo_Destroy(one); }
  void operator()(jsMsgMetaData* one) const noexcept { jsMsgMetaData_Destroy(one); }
};

template <class T>
using NatsHandle = std::unique_ptr<T, NatsDelete>;

/// A function of libnats that stores what it makes at the address given, and the handle of it.
template <class T, class Make>
natsStatus make(NatsHandle<T>& handle, Make function) {
  T* made = nullptr;
  const natsStatus status = function(&made);
  handle.reset(made);
  return status;
}

}  // namespace shm_bridge
