#include "sluice/message_fan_in.hpp"

#include <optional>
#include <utility>

#include "c/fan_in.hpp"
#include "c/message_consumer.hpp"
#include "c/options.hpp"
#include "sluice/c/message_fan_in.h"

namespace c = sluice::c;
using sluice::MessageFanIn;

struct sluice_message_fan_in : c::Handle {
  explicit sluice_message_fan_in(MessageFanIn opened) : role(std::move(opened)) {}

  MessageFanIn role;
  std::optional<sluice::MessageBatch> last;  // what the last wait returned
  std::string error;
};

namespace {

sluice::Result<MessageFanIn> open(const char* pattern, const sluice_fan_in_options& options) {
  c::checkNoRecord(options.record);
  const auto ours = c::fanInOptionsOf(options);
  const auto quietLimit = c::quietLimitOf(options);
  if (!quietLimit) return MessageFanIn::open(pattern, ours);
  const auto time = [time = options.time,
                     context = options.time_context](const sluice::Message& message) {
    return time(message.bytes.data(), message.bytes.size(), context);
  };
  return MessageFanIn::open(pattern, ours, {time, *quietLimit});
}

}  // namespace

int sluice_message_fan_in_open(const char* pattern, const sluice_fan_in_options* options,
                               sluice_message_fan_in** fan_in) {
  if (fan_in == nullptr) return c::refuseNull("handle");
  *fan_in = nullptr;
  if (pattern == nullptr) return c::refuseNull("pattern");
  return c::guarded([&]() -> int {
    auto opened = open(pattern, c::known(options));
    if (!opened) return c::keepError(opened.error());
    *fan_in = std::make_unique<sluice_message_fan_in>(*std::move(opened)).release();
    return SLUICE_OK;
  });
}

int sluice_message_fan_in_destroy(sluice_message_fan_in* fan_in) {
  return c::destroy(fan_in);
}

int sluice_message_fan_in_wait(sluice_message_fan_in* fan_in, int64_t deadline_ns,
                               sluice_message_fan_in_event* event) {
  if (event == nullptr) return c::refuseNull("event");
  *event = {};
  return c::waitingIn(fan_in, deadline_ns,
                      [&](sluice_message_fan_in& ours, const sluice::WaitLimit& limit) {
                        const MessageFanIn::Event found = ours.role.wait(limit);
                        if (found.news() == sluice::FanInNews::records)
                          event->batch = c::show(ours.last.emplace(found.batch()));
                        return c::tell(*event, found, ours.error);
                      });
}

int sluice_message_fan_in_commit(sluice_message_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_message_fan_in& ours) { return ours.role.commit(); });
}

int sluice_message_fan_in_commit_all(sluice_message_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_message_fan_in& ours) { return ours.role.commitAll(); });
}

size_t sluice_message_fan_in_size(const sluice_message_fan_in* fan_in) {
  return c::ask(fan_in, size_t{0}, [](auto& ours) { return ours.role.size(); });
}

uint64_t sluice_message_fan_in_late(const sluice_message_fan_in* fan_in) {
  return c::ask(fan_in, uint64_t{0}, [](auto& ours) { return ours.role.late(); });
}

int sluice_message_fan_in_ready_descriptor(sluice_message_fan_in* fan_in, int* descriptor) {
  return c::readyDescriptor(
      fan_in, descriptor, [](auto& ours) -> auto& { return ours.role; });
}

int sluice_message_fan_in_arm(sluice_message_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_message_fan_in& ours) { return ours.role.arm(); });
}
