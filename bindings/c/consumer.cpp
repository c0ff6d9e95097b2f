#include "c/consumer.hpp"

#include "c/options.hpp"

using sluice::UntypedConsumer;
using sluice::WaitLimit;

namespace c = sluice::c;

namespace {

int give(const UntypedConsumer::Records& records, sluice_batch& batch) noexcept {
  batch = {records.base(), records.stride(), records.size(), records.first()};
  return c::numberOf(records.status());
}

}  // namespace

int sluice_consumer_attach(const char* name, const sluice_consumer_options* options,
                           sluice_consumer** consumer) {
  return c::create(name, consumer, [&] {
    const auto chosen = c::known(options);
    const auto record = c::recordOf(chosen.record);
    const auto ours = c::consumerOptionsOf(chosen);
    return record == nullptr ? UntypedConsumer::attach(name, ours)
                             : UntypedConsumer::attach(name, ours, record->description());
  });
}

int sluice_consumer_destroy(sluice_consumer* consumer) {
  return c::destroy(consumer);
}

int sluice_consumer_wait(sluice_consumer* consumer, int64_t deadline_ns, sluice_batch* batch) {
  if (batch == nullptr) return c::refuseNull("batch");
  *batch = {};
  // Without a limit there is nothing to ask before the record.
  if (deadline_ns == SLUICE_FOREVER) [[likely]]
    return c::with(consumer, [&](sluice_consumer& ours) {
      const c::Handle::Wait wait(ours);
      return give(ours.role.wait(), *batch);
    });
  return c::waitingIn(consumer, deadline_ns, [&](sluice_consumer& ours, const WaitLimit& limit) {
    return give(ours.role.wait(limit), *batch);
  });
}

int sluice_consumer_commit(sluice_consumer* consumer) {
  return c::with(consumer, [](sluice_consumer& ours) { return ours.role.commit(); });
}

int sluice_consumer_commit_first(sluice_consumer* consumer, size_t n) {
  if (!c::isCount(n)) return c::refuseCount("n");
  return c::with(consumer, [&](sluice_consumer& ours) { return ours.role.commit(n); });
}

int sluice_consumer_commit_up_to(sluice_consumer* consumer, uint64_t sequence) {
  return c::with(consumer, [&](sluice_consumer& ours) { return ours.role.commitUpTo(sequence); });
}

int sluice_consumer_rewind(sluice_consumer* consumer) {
  return c::with(consumer, [](sluice_consumer& ours) { ours.role.rewind(); });
}

int sluice_consumer_resign(sluice_consumer* consumer) {
  return c::with(consumer, [](sluice_consumer& ours) { ours.role.resign(); });
}

int sluice_consumer_status(const sluice_consumer* consumer) {
  return consumer == nullptr ? c::refuseNull("handle") : c::numberOf(consumer->role.status());
}

const sluice_record* sluice_consumer_record(const sluice_consumer* consumer) {
  return consumer == nullptr ? nullptr : &consumer->shown.record();
}

const char* sluice_consumer_name(const sluice_consumer* consumer) {
  return consumer == nullptr ? nullptr : consumer->name.c_str();
}

int sluice_consumer_slot_layout(const sluice_consumer* consumer) {
  return c::ask(consumer, 0, [](auto& ours) { return ours.role.slotLayout(); });
}

size_t sluice_consumer_stride(const sluice_consumer* consumer) {
  return c::ask(consumer, size_t{0}, [](auto& ours) { return ours.role.stride(); });
}

uint64_t sluice_consumer_capacity(const sluice_consumer* consumer) {
  return c::ask(consumer, uint64_t{0}, [](auto& ours) { return ours.role.capacity(); });
}

uint64_t sluice_consumer_lag(const sluice_consumer* consumer) {
  return c::ask(consumer, uint64_t{0}, [](auto& ours) { return ours.role.lag(); });
}

uint64_t sluice_consumer_next(const sluice_consumer* consumer) {
  return c::ask(consumer, uint64_t{0}, [](auto& ours) { return ours.role.next(); });
}

uint64_t sluice_consumer_last_committed(const sluice_consumer* consumer) {
  return c::ask(consumer, uint64_t{0}, [](auto& ours) { return ours.role.lastCommitted(); });
}

sluice_lost_records sluice_consumer_lost(const sluice_consumer* consumer) {
  if (consumer == nullptr) return {0, 0};
  const sluice::LostRecords& lost = consumer->role.lost();
  return {lost.first, lost.count};
}

bool sluice_consumer_is_named(const sluice_consumer* consumer) {
  return c::ask(consumer, false, [](auto& ours) { return ours.role.isNamed(); });
}

int sluice_consumer_ready_descriptor(sluice_consumer* consumer, int* descriptor) {
  return c::readyDescriptor(
      consumer, descriptor, [](auto& ours) -> auto& { return ours.role; });
}

int sluice_consumer_arm(sluice_consumer* consumer) {
  return c::with(consumer, [](sluice_consumer& ours) { return ours.role.arm(); });
}
