#include "c/message_observer.hpp"

#include "c/options.hpp"

using sluice::MessageObserver;
using sluice::WaitLimit;

namespace c = sluice::c;

int sluice_message_observer_attach(const char* name, const sluice_observer_options* options,
                                   sluice_message_observer** observer) {
  return c::create(name, observer, [&] {
    const auto chosen = c::known(options);
    c::checkNoRecord(chosen.record);
    return MessageObserver::attach(name, c::observerOptionsOf(chosen));
  });
}

int sluice_message_observer_destroy(sluice_message_observer* observer) {
  return c::destroy(observer);
}

int sluice_message_observer_wait(sluice_message_observer* observer, int64_t deadline_ns,
                                 sluice_message* message, sluice_observation* seen) {
  if (seen != nullptr) *seen = {};
  if (message == nullptr) return c::refuseNull("message");
  *message = {};
  return c::waitingIn(observer, deadline_ns,
                      [&](sluice_message_observer& ours, const WaitLimit& limit) {
                        const sluice::ObservedMessage found = ours.role.wait(limit);
                        if (seen != nullptr) *seen = {found.sequence, found.lost};
                        if (found)
                          *message = {found.bytes.data(), found.bytes.size(), found.sequence,
                                      static_cast<uint32_t>(found.kind)};
                        return c::numberOf(found.status);
                      });
}

uint64_t sluice_message_observer_capacity(const sluice_message_observer* observer) {
  return c::ask(observer, uint64_t{0}, [](auto& ours) { return ours.role.capacity(); });
}

uint64_t sluice_message_observer_next(const sluice_message_observer* observer) {
  return c::ask(observer, uint64_t{0}, [](auto& ours) { return ours.role.next(); });
}

bool sluice_message_observer_is_named(const sluice_message_observer* observer) {
  return c::ask(observer, false, [](auto& ours) { return ours.role.isNamed(); });
}
