#include "recall.hpp"

namespace shm_bridge {

Recall::Recall(const std::string& name, const std::string& directory, bool hasMessages,
               sluice::Sequence from, sluice::Sequence end)
    : next_(from), end_(end) {
  const sluice::ObserverOptions options{.startAt = sluice::StartAt::oldest, .directory = directory};
  if (hasMessages) {
    if (auto observer = sluice::MessageObserver::attach(name, options))
      messages_ = *std::move(observer);
  } else if (auto observer = sluice::UntypedObserver::attach(name, options)) {
    held_.resize(observer->record().size);
    records_ = *std::move(observer);
  }
  read();
}

/// Skips what comes before the record that is wanted.
void Recall::read() {
  while (next_ != end_) {
    sluice::Observation seen{end_, 0, sluice::Status::detached};
    if (records_) {
      seen = records_->read(held_.data(), sluice::WaitLimit::now());
    } else if (messages_) {
      const auto message = messages_->tryWait();
      held_.assign(message.bytes.begin(), message.bytes.end());
      kind_ = message.kind;
      seen = message;
    }
    if (seen && seen.sequence < next_) continue;
    next_ = seen && seen.sequence < end_ ? seen.sequence : end_;
    return;
  }
}

bool Recall::addHeld(PayloadWriter& batch) {
  if (messages_) {
    if (!batch.hasRoomFor(held_.size())) return false;
    batch.addMessage(held_, kind_);
    return true;
  }
  if (batch.recordsThatFit(held_.size()) == 0) return false;
  batch.addRecords(held_.data(), held_.size(), held_.size(), 1);
  return true;
}

void Recall::add(PayloadWriter& batch) {
  while (!isOver()) {
    const sluice::Sequence before = next_;
    if (!addHeld(batch)) return;
    ++next_;
    read();
    if (next_ != before + 1) return;
  }
}

}  // namespace shm_bridge
