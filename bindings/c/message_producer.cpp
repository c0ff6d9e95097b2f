#include "c/message_producer.hpp"

#include <cstddef>
#include <span>

#include "c/names.hpp"
#include "c/options.hpp"

using sluice::Kind;
using sluice::MessageProducer;
using sluice::WaitLimit;

namespace c = sluice::c;

namespace {

using Handle = sluice_message_producer;

}  // namespace

int sluice_message_producer_create(const char* name, const sluice_producer_options* options,
                                   sluice_message_producer** producer) {
  return c::create(name, producer, [&] {
    return MessageProducer::create(name, c::messageOptionsOf(c::known(options)));
  });
}

int sluice_message_producer_open(const char* name, const sluice_open_options* options,
                                 sluice_message_producer** producer) {
  return c::create(name, producer, [&] {
    const auto chosen = c::known(options);
    c::checkNoRecord(chosen.record);
    return MessageProducer::open(name, c::openOptionsOf(chosen));
  });
}

int sluice_message_producer_create_or_open(const char* name, const sluice_producer_options* options,
                                           sluice_message_producer** producer) {
  return c::create(name, producer, [&] {
    return MessageProducer::createOrOpen(name, c::messageOptionsOf(c::known(options)));
  });
}

int sluice_message_producer_destroy(sluice_message_producer* producer) {
  return c::destroy(producer);
}

int sluice_message_producer_claim(sluice_message_producer* producer, size_t size,
                                  int64_t deadline_ns, void** bytes) {
  if (bytes == nullptr) return c::refuseNull("bytes");
  *bytes = nullptr;
  if (!c::isCount(size)) return c::refuseCount("size");
  return c::waitingIn(producer, deadline_ns, [&](Handle& ours, const WaitLimit& limit) {
    ours.last = ours.role.claim(size, limit);
    *bytes = ours.last->bytes().data();
    return c::numberOf(ours.last->status());
  });
}

int sluice_message_producer_finish(sluice_message_producer* producer, size_t size, uint32_t kind) {
  return c::with(producer, [&](Handle& ours) -> int {
    if (!ours.last)
      return c::refuse("finish", "no claim", "a claim that is open",
                       "claim the message's bytes first");
    ours.last->finish(size, Kind{kind});
    ours.last.reset();
    return SLUICE_OK;
  });
}

int sluice_message_producer_publish(sluice_message_producer* producer) {
  return c::with(producer, [](Handle& ours) { return ours.role.publish(); });
}

int sluice_message_producer_abandon(sluice_message_producer* producer) {
  return c::with(producer, [](Handle& ours) -> int {
    ours.last.reset();
    ours.role.abandon();
    return SLUICE_OK;
  });
}

int sluice_message_producer_send(sluice_message_producer* producer, const void* bytes, size_t size,
                                 uint32_t kind, int64_t deadline_ns) {
  if (bytes == nullptr && size != 0) return c::refuseNull("bytes");
  if (!c::isCount(size)) return c::refuseCount("size");
  return c::waitingIn(producer, deadline_ns, [&](Handle& ours, const WaitLimit& limit) {
    const std::span message(static_cast<const std::byte*>(bytes), size);
    return c::numberOf(ours.role.send(message, Kind{kind}, limit));
  });
}

int sluice_message_producer_close(sluice_message_producer* producer) {
  return c::with(producer, [](Handle& ours) -> int {
    ours.last.reset();
    ours.role.close();
    return SLUICE_OK;
  });
}

int sluice_message_producer_wait_for_consumers(sluice_message_producer* producer,
                                               const char* const* names, size_t count,
                                               int64_t deadline_ns) {
  return c::waitingIn(producer, deadline_ns, [&](Handle& ours, const WaitLimit& limit) {
    return c::numberOf(ours.role.waitForConsumers(c::namesOf("names", names, count), limit));
  });
}

uint64_t sluice_message_producer_capacity(const sluice_message_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.role.capacity(); });
}

uint64_t sluice_message_producer_payload_bytes(const sluice_message_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.role.payloadBytes(); });
}

uint64_t sluice_message_producer_longest(const sluice_message_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.role.longest(); });
}

uint64_t sluice_message_producer_longest_in_slot(const sluice_message_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.role.longestInSlot(); });
}

uint64_t sluice_message_producer_last_published(const sluice_message_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.role.lastPublished(); });
}

uint64_t sluice_message_producer_last_finished(const sluice_message_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.role.lastFinished(); });
}

bool sluice_message_producer_is_named(const sluice_message_producer* producer) {
  return c::ask(producer, false, [](auto& ours) { return ours.role.isNamed(); });
}

int sluice_message_producer_ready_descriptor(sluice_message_producer* producer, int* descriptor) {
  return c::readyDescriptor(
      producer, descriptor, [](auto& ours) -> auto& { return ours.role; });
}

int sluice_message_producer_arm(sluice_message_producer* producer, size_t size) {
  if (!c::isCount(size)) return c::refuseCount("size");
  return c::with(producer, [&](Handle& ours) { return ours.role.arm(size); });
}
