#include "acknowledgements.hpp"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>

#include "refusal.hpp"

namespace shm_bridge {

/// What the thread of the subscription tells. It lives until that has ended.
struct Acknowledgements::Arrived {
  explicit Arrived(Wakeup& toRing) : wakeup(toRing) {}

  static std::shared_ptr<Arrived>& of(void* closure) {
    return *static_cast<std::shared_ptr<Arrived>*>(closure);
  }
  static void onMessage(natsConnection* /*of*/, natsSubscription* /*of*/, natsMsg* message,
                        void* closure) {
    const NatsHandle<natsMsg> owned(message);
    of(closure)->add(
        natsMsg_GetSubject(message),
        natsMsg_IsNoResponders(message)
            ? Acknowledgement{0, 0, "no stream has this subject"}
            : parseAcknowledgement({natsMsg_GetData(message),
                                    static_cast<std::size_t>(natsMsg_GetDataLength(message))}));
  }
  static void onComplete(void* closure) { delete &of(closure); }

  void add(std::string_view to, Acknowledgement&& one) {
    {
      const std::scoped_lock lock(mutex);
      if (to != subject) return;
      if (one.streamSequence != 0)
        news.stored = std::max(news.stored, one.streamSequence);
      else if (!news.refused)
        news.refused = std::move(one);
    }
    wakeup.ring();
  }

  Wakeup& wakeup;
  std::mutex mutex;
  std::string subject;
  News news;
};

Acknowledgements::Acknowledgements(const Connection& connection, Wakeup& wakeup)
    : arrived_(std::make_shared<Arrived>(wakeup)) {
  auto closure = std::make_unique<std::shared_ptr<Arrived>>(arrived_);
  natsStatus status = make(inbox_, natsInbox_Create);
  if (status == NATS_OK) forget();
  if (status == NATS_OK)
    status = make(subscription_, [&](natsSubscription** made) {
      const std::string all = std::string(inbox_.get()) + ".*";
      return natsConnection_Subscribe(made, connection.get(), all.c_str(), Arrived::onMessage,
                                      closure.get());
    });
  if (status == NATS_OK)
    status =
        natsSubscription_SetOnCompleteCB(subscription_.get(), Arrived::onComplete, closure.get());
  if (status != NATS_OK) throw Unavailable("acknowledgements: " + natsErrorText(status));
  static_cast<void>(closure.release());  // onComplete has it
}

Acknowledgements::~Acknowledgements() = default;

Acknowledgements::News Acknowledgements::take() {
  const std::scoped_lock lock(arrived_->mutex);
  return std::exchange(arrived_->news, {arrived_->news.stored, std::nullopt});
}

void Acknowledgements::forget() {
  subject_ = std::string(inbox_.get()) + "." + std::to_string(++generation_);
  const std::scoped_lock lock(arrived_->mutex);
  arrived_->subject = subject_;
  arrived_->news = {};
}

}  // namespace shm_bridge
