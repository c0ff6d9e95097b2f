#include "c/producer.hpp"

#include <string_view>
#include <vector>

#include "c/names.hpp"
#include "c/options.hpp"

using sluice::WaitLimit;
using sluice::detail::ClaimedSlots;
using sluice::detail::ProducerAttachment;

namespace c = sluice::c;

namespace {

const std::byte* bytesAt(const void* place) noexcept {
  return static_cast<const std::byte*>(place);
}

int give(sluice_producer& producer, const ClaimedSlots& slots, sluice_claim& claim) noexcept {
  claim.first = slots.first;
  if (slots.count == 0) return c::numberOf(slots.status);
  claim.base = producer.engine.record(slots.slot);
  claim.stride = producer.engine.ring().stride;
  claim.count = slots.count;
  return SLUICE_OK;
}

}  // namespace

int sluice_producer_create(const char* name, const sluice_producer_options* options,
                           sluice_producer** producer) {
  return c::create(name, producer, [&] {
    const auto chosen = c::known(options);
    std::unique_ptr<c::GivenRecord> record;
    const auto description = c::checkedRecordOf(chosen, record);
    return ProducerAttachment::create(name, c::producerOptionsOf(chosen), description,
                                      c::slotLayoutOf(chosen.slot_layout));
  });
}

int sluice_producer_open(const char* name, const sluice_open_options* options,
                         sluice_producer** producer) {
  return c::create(name, producer, [&] {
    const auto chosen = c::known(options);
    const auto record = c::recordOf(chosen.record);
    sluice::detail::Expectation expected;
    expected.anyRecord = record == nullptr;
    if (record != nullptr) expected.record = record->description();
    return ProducerAttachment::open(name, c::openOptionsOf(chosen), expected);
  });
}

int sluice_producer_create_or_open(const char* name, const sluice_producer_options* options,
                                   sluice_producer** producer) {
  return c::create(name, producer, [&] {
    const auto chosen = c::known(options);
    std::unique_ptr<c::GivenRecord> record;
    const auto description = c::checkedRecordOf(chosen, record);
    return ProducerAttachment::createOrOpen(name, c::producerOptionsOf(chosen), description,
                                            c::slotLayoutOf(chosen.slot_layout));
  });
}

int sluice_producer_destroy(sluice_producer* producer) {
  return c::destroy(producer);
}

int sluice_producer_make_room(sluice_producer* producer, int64_t deadline_ns) {
  return c::waitingIn(producer, deadline_ns, [&](sluice_producer& ours, const WaitLimit& limit) {
    return c::numberOf(ours.engine.makeRoom(limit));
  });
}

int sluice_producer_claim(sluice_producer* producer, size_t n, int64_t deadline_ns,
                          sluice_claim* claim) {
  if (claim == nullptr) return c::refuseNull("claim");
  *claim = {};
  if (!c::isCount(n)) return c::refuseCount("n");
  return c::waitingIn(producer, deadline_ns, [&](sluice_producer& ours, const WaitLimit& limit) {
    return give(ours, ours.engine.claimUpTo(n, limit), *claim);
  });
}

int sluice_producer_wake(sluice_producer* producer) {
  return c::with(producer, [](sluice_producer& ours) { return ours.engine.answer(); });
}

int sluice_producer_publish_first(sluice_producer* producer, size_t n) {
  if (!c::isCount(n)) return c::refuseCount("n");
  return c::with(producer, [&](sluice_producer& ours) { return ours.engine.publishFirst(n); });
}

int sluice_producer_abandon(sluice_producer* producer) {
  return c::with(producer, [](sluice_producer& ours) { ours.engine.abandon(); });
}

int sluice_producer_send(sluice_producer* producer, const void* records, size_t distance, size_t n,
                         int64_t deadline_ns, size_t* sent) {
  if (sent != nullptr) *sent = 0;
  if (records == nullptr && n != 0) return c::refuseNull("records");
  if (!c::isCount(n)) return c::refuseCount("n");
  return c::waitingIn(producer, deadline_ns, [&](sluice_producer& ours, const WaitLimit& limit) {
    const sluice::Sent done = ours.engine.send(bytesAt(records), distance, n, limit);
    if (sent != nullptr) *sent = done.count;
    return c::numberOf(done.status);
  });
}

int sluice_producer_close(sluice_producer* producer) {
  return c::with(producer, [](sluice_producer& ours) { ours.engine.close(); });
}

int sluice_producer_wait_for_consumers(sluice_producer* producer, const char* const* names,
                                       size_t count, int64_t deadline_ns) {
  return c::waitingIn(producer, deadline_ns, [&](sluice_producer& ours, const WaitLimit& limit) {
    return c::numberOf(
        ours.engine.attachment().waitForConsumers(c::namesOf("names", names, count), limit));
  });
}

const sluice_record* sluice_producer_record(const sluice_producer* producer) {
  return producer == nullptr ? nullptr : &producer->shown.record();
}

int sluice_producer_slot_layout(const sluice_producer* producer) {
  return c::ask(producer, 0, [](auto& ours) { return ours.engine.ring().layout; });
}

size_t sluice_producer_stride(const sluice_producer* producer) {
  return c::ask(producer, size_t{0}, [](auto& ours) { return ours.engine.ring().stride; });
}

uint64_t sluice_producer_capacity(const sluice_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.engine.ring().capacity(); });
}

uint64_t sluice_producer_last_published(const sluice_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.engine.lastPublished(); });
}

uint64_t sluice_producer_last_claimed(const sluice_producer* producer) {
  return c::ask(producer, uint64_t{0}, [](auto& ours) { return ours.engine.lastClaimed(); });
}

bool sluice_producer_is_named(const sluice_producer* producer) {
  return c::ask(producer, false, [](auto& ours) { return ours.engine.attachment().isNamed(); });
}

int sluice_producer_ready_descriptor(sluice_producer* producer, int* descriptor) {
  return c::readyDescriptor(
      producer, descriptor, [](auto& ours) -> auto& { return ours; });
}

int sluice_producer_arm(sluice_producer* producer) {
  return c::with(producer, [](sluice_producer& ours) {
    return sluice::detail::OwnWaitSet::arm(ours.engine.attachment().ownWaitSet(), ours);
  });
}
