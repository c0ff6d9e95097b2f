#include "c/fan_in.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "c/options.hpp"
#include "c/record.hpp"
#include "sluice/untyped_fan_in.hpp"

namespace c = sluice::c;
using sluice::UntypedFanIn;

struct sluice_fan_in : c::Handle {
  sluice_fan_in(UntypedFanIn opened, std::unique_ptr<c::GivenRecord> record)
      : expected(std::move(record)), role(std::move(opened)) {}

  /// The record of a ring, for C.
  const sluice_record& show(std::uint64_t ring, const sluice::RecordDescription& record) {
    auto& shown = records[ring];
    if (shown == nullptr) shown = std::make_unique<c::ShownRecord>(record);
    return shown->record();
  }

  std::unique_ptr<c::GivenRecord> expected;  // its texts are the role's
  std::map<std::uint64_t, std::unique_ptr<c::ShownRecord>> records;
  UntypedFanIn role;
  std::string error;
};

namespace {

sluice::Result<UntypedFanIn> open(const char* pattern, const sluice_fan_in_options& options,
                                  const c::GivenRecord* given) {
  const std::string_view one(pattern);
  const auto ours = c::fanInOptionsOf(options);
  std::optional<sluice::RecordDescription> record;
  if (given != nullptr) record = given->description();
  const auto quietLimit = c::quietLimitOf(options);
  if (!quietLimit) return UntypedFanIn::open({&one, 1}, ours, record);
  const auto time = [time = options.time,
                     context = options.time_context](const UntypedFanIn::Record& bytes) {
    return time(bytes.data(), bytes.size(), context);
  };
  return UntypedFanIn::open({&one, 1}, ours, record, {time, *quietLimit});
}

}  // namespace

namespace sluice::c {

std::optional<std::chrono::nanoseconds> quietLimitOf(const sluice_fan_in_options& options) {
  if (options.time == nullptr) return std::nullopt;
  if (options.quiet_limit_ns == 0) return std::chrono::milliseconds(100);
  return std::chrono::nanoseconds(options.quiet_limit_ns);
}

}  // namespace sluice::c

int sluice_fan_in_open(const char* pattern, const sluice_fan_in_options* options,
                       sluice_fan_in** fan_in) {
  if (fan_in == nullptr) return c::refuseNull("handle");
  *fan_in = nullptr;
  if (pattern == nullptr) return c::refuseNull("pattern");
  return c::guarded([&]() -> int {
    const auto chosen = c::known(options);
    auto record = c::recordOf(chosen.record);
    auto opened = open(pattern, chosen, record.get());
    if (!opened) return c::keepError(opened.error());
    *fan_in = std::make_unique<sluice_fan_in>(*std::move(opened), std::move(record)).release();
    return SLUICE_OK;
  });
}

int sluice_fan_in_destroy(sluice_fan_in* fan_in) {
  return c::destroy(fan_in);
}

int sluice_fan_in_wait(sluice_fan_in* fan_in, int64_t deadline_ns, sluice_fan_in_event* event) {
  if (event == nullptr) return c::refuseNull("event");
  *event = {};
  return c::waitingIn(
      fan_in, deadline_ns, [&](sluice_fan_in& ours, const sluice::WaitLimit& limit) {
        const UntypedFanIn::Event found = ours.role.wait(limit);
        if (found.news() == sluice::FanInNews::records) {
          const auto& batch = found.batch();
          event->batch = {batch.base(), batch.stride(), batch.size(), batch.first()};
          event->record = &ours.show(found.ring().number, found.record());
        }
        if (found.news() == sluice::FanInNews::ended) ours.records.erase(found.ring().number);
        return c::tell(*event, found, ours.error);
      });
}

int sluice_fan_in_commit(sluice_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_fan_in& ours) { return ours.role.commit(); });
}

int sluice_fan_in_commit_all(sluice_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_fan_in& ours) { return ours.role.commitAll(); });
}

size_t sluice_fan_in_size(const sluice_fan_in* fan_in) {
  return c::ask(fan_in, size_t{0}, [](auto& ours) { return ours.role.size(); });
}

uint64_t sluice_fan_in_late(const sluice_fan_in* fan_in) {
  return c::ask(fan_in, uint64_t{0}, [](auto& ours) { return ours.role.late(); });
}

int sluice_fan_in_ready_descriptor(sluice_fan_in* fan_in, int* descriptor) {
  return c::readyDescriptor(
      fan_in, descriptor, [](auto& ours) -> auto& { return ours.role; });
}

int sluice_fan_in_arm(sluice_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_fan_in& ours) { return ours.role.arm(); });
}
