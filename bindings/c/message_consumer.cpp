#include "c/message_consumer.hpp"

#include "c/options.hpp"

using sluice::MessageBatch;
using sluice::MessageConsumer;
using sluice::WaitLimit;

namespace c = sluice::c;

int sluice_message_batch_at(const sluice_message_batch* batch, size_t index,
                            sluice_message* message) {
  if (message == nullptr) return c::refuseNull("message");
  *message = {};
  if (batch == nullptr) return c::refuseNull("batch");
  if (index >= batch->count)
    return c::refuse("index", "one behind the last message", "less than batch->count");
  const sluice::Message found = (*static_cast<const MessageBatch*>(batch->messages))[index];
  *message = {found.bytes.data(), found.bytes.size(), found.sequence,
              static_cast<uint32_t>(found.kind)};
  return SLUICE_OK;
}

int sluice_message_consumer_attach(const char* name, const sluice_consumer_options* options,
                                   sluice_message_consumer** consumer) {
  return c::create(name, consumer, [&] {
    const auto chosen = c::known(options);
    c::checkNoRecord(chosen.record);
    return MessageConsumer::attach(name, c::consumerOptionsOf(chosen));
  });
}

int sluice_message_consumer_destroy(sluice_message_consumer* consumer) {
  return c::destroy(consumer);
}

int sluice_message_consumer_wait(sluice_message_consumer* consumer, int64_t deadline_ns,
                                 sluice_message_batch* batch) {
  if (batch == nullptr) return c::refuseNull("batch");
  *batch = {};
  return c::waitingIn(
      consumer, deadline_ns, [&](sluice_message_consumer& ours, const WaitLimit& limit) {
        const sluice::MessageBatch& found = ours.last.emplace(ours.role.wait(limit));
        *batch = c::show(found);
        return c::numberOf(found.status());
      });
}

int sluice_message_consumer_commit(sluice_message_consumer* consumer) {
  return c::with(consumer, [](sluice_message_consumer& ours) { return ours.role.commit(); });
}

int sluice_message_consumer_commit_first(sluice_message_consumer* consumer, size_t n) {
  if (!c::isCount(n)) return c::refuseCount("n");
  return c::with(consumer, [&](sluice_message_consumer& ours) { return ours.role.commit(n); });
}

int sluice_message_consumer_commit_up_to(sluice_message_consumer* consumer, uint64_t sequence) {
  return c::with(consumer,
                 [&](sluice_message_consumer& ours) { return ours.role.commitUpTo(sequence); });
}

int sluice_message_consumer_rewind(sluice_message_consumer* consumer) {
  return c::with(consumer, [](sluice_message_consumer& ours) { ours.role.rewind(); });
}

int sluice_message_consumer_resign(sluice_message_consumer* consumer) {
  return c::with(consumer, [](sluice_message_consumer& ours) { ours.role.resign(); });
}

int sluice_message_consumer_status(const sluice_message_consumer* consumer) {
  return consumer == nullptr ? c::refuseNull("handle") : c::numberOf(consumer->role.status());
}

const char* sluice_message_consumer_name(const sluice_message_consumer* consumer) {
  return consumer == nullptr ? nullptr : consumer->name.c_str();
}

uint64_t sluice_message_consumer_capacity(const sluice_message_consumer* consumer) {
  return c::ask(consumer, uint64_t{0}, [](auto& ours) { return ours.role.capacity(); });
}

uint64_t sluice_message_consumer_lag(const sluice_message_consumer* consumer) {
  return c::ask(consumer, uint64_t{0}, [](auto& ours) { return ours.role.lag(); });
}

uint64_t sluice_message_consumer_next(const sluice_message_consumer* consumer) {
  return c::ask(consumer, uint64_t{0}, [](auto& ours) { return ours.role.next(); });
}

uint64_t sluice_message_consumer_last_committed(const sluice_message_consumer* consumer) {
  return c::ask(consumer, uint64_t{0}, [](auto& ours) { return ours.role.lastCommitted(); });
}

sluice_lost_records sluice_message_consumer_lost(const sluice_message_consumer* consumer) {
  if (consumer == nullptr) return {0, 0};
  const sluice::LostRecords& lost = consumer->role.lost();
  return {lost.first, lost.count};
}

bool sluice_message_consumer_is_named(const sluice_message_consumer* consumer) {
  return c::ask(consumer, false, [](auto& ours) { return ours.role.isNamed(); });
}

int sluice_message_consumer_ready_descriptor(sluice_message_consumer* consumer, int* descriptor) {
  return c::readyDescriptor(
      consumer, descriptor, [](auto& ours) -> auto& { return ours.role; });
}

int sluice_message_consumer_arm(sluice_message_consumer* consumer) {
  return c::with(consumer, [](sluice_message_consumer& ours) { return ours.role.arm(); });
}
