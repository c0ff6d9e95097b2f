#include "c/observer.hpp"

#include <string>

#include "c/options.hpp"

using sluice::UntypedObserver;
using sluice::WaitLimit;

namespace c = sluice::c;

int sluice_observer_attach(const char* name, const sluice_observer_options* options,
                           sluice_observer** observer) {
  return c::create(name, observer, [&] {
    const auto chosen = c::known(options);
    const auto record = c::recordOf(chosen.record);
    const auto ours = c::observerOptionsOf(chosen);
    return record == nullptr ? UntypedObserver::attach(name, ours)
                             : UntypedObserver::attach(name, ours, record->description());
  });
}

int sluice_observer_destroy(sluice_observer* observer) {
  return c::destroy(observer);
}

int sluice_observer_read(sluice_observer* observer, void* record, size_t size, int64_t deadline_ns,
                         sluice_observation* seen) {
  if (seen != nullptr) *seen = {};
  if (record == nullptr) return c::refuseNull("record");
  return c::waitingIn(observer, deadline_ns, [&](sluice_observer& ours, const WaitLimit& limit) {
    if (const size_t least = ours.shown.record().size; size < least)
      return c::keepError({sluice::ErrorCode::invalidArgument, "", "size", std::to_string(size),
                           "at least the " + std::to_string(least) + " bytes of the record", ""});
    const sluice::Observation found = ours.role.read(static_cast<std::byte*>(record), limit);
    if (seen != nullptr) *seen = {found.sequence, found.lost};
    return c::numberOf(found.status);
  });
}

const sluice_record* sluice_observer_record(const sluice_observer* observer) {
  return observer == nullptr ? nullptr : &observer->shown.record();
}

int sluice_observer_slot_layout(const sluice_observer* observer) {
  return c::ask(observer, 0, [](auto& ours) { return ours.role.slotLayout(); });
}

uint64_t sluice_observer_capacity(const sluice_observer* observer) {
  return c::ask(observer, uint64_t{0}, [](auto& ours) { return ours.role.capacity(); });
}

uint64_t sluice_observer_next(const sluice_observer* observer) {
  return c::ask(observer, uint64_t{0}, [](auto& ours) { return ours.role.next(); });
}

bool sluice_observer_is_named(const sluice_observer* observer) {
  return c::ask(observer, false, [](auto& ours) { return ours.role.isNamed(); });
}
