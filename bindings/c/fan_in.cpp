#include "c/fan_in.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "c/options.hpp"
#include "c/record.hpp"
#include "sluice/detail/fan_in_core.hpp"
#include "sluice/detail/fan_in_reader.hpp"
#include "sluice/detail/slot.hpp"

namespace c = sluice::c;
using sluice::detail::FanInCore;
using Reader = sluice::detail::SlotReader<sluice::detail::AnySlot>;

/// One more face of the core, beside FanIn: of records whose type is a value.
struct sluice_fan_in : c::Handle {
  sluice_fan_in(FanInCore opened, std::unique_ptr<c::GivenRecord> record)
      : expected(std::move(record)), core(std::move(opened)) {}

  /// The record of a ring, for C.
  const sluice_record& recordOf(std::uint64_t ring, const Reader& reader) {
    auto& shown = records[ring];
    if (shown == nullptr)
      shown = std::make_unique<c::ShownRecord>(reader.engine().attachment().record());
    return shown->record();
  }

  std::unique_ptr<c::GivenRecord> expected;  // its texts are the core's
  std::map<std::uint64_t, std::unique_ptr<c::ShownRecord>> records;
  FanInCore core;
  std::string error;
};

namespace {

/// The times of records by the user's function.
Reader::Times timesBy(const sluice_fan_in_options& options) {
  return [time = options.time, context = options.time_context](
             const Reader& reader, const sluice::detail::ArrivedSlots& slots) {
    std::vector<std::int64_t> times(slots.count);
    const std::byte* record = reader.engine().record(slots.slot);
    for (std::int64_t& one : times) {
      one = time(record, reader.engine().ring().recordSize, context);
      record += reader.engine().ring().stride;
    }
    return times;
  };
}

sluice::Result<FanInCore> open(const char* pattern, const sluice_fan_in_options& options,
                               const c::GivenRecord* record) {
  const auto makeReader = [times = timesBy(options)](sluice::detail::ConsumerAttachment attachment,
                                                     const sluice::FanInOptions& chosen) {
    const sluice::detail::AnySlot slot = attachment.slot();
    return std::make_unique<Reader>(std::move(attachment), slot, chosen, times);
  };
  sluice::detail::Expectation expected;
  expected.anyRecord = record == nullptr;
  if (record != nullptr) expected.record = record->description();
  const std::string_view one(pattern);
  return FanInCore::open({&one, 1}, c::fanInOptionsOf(options), expected, makeReader,
                         c::quietLimitOf(options));
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
    auto core = open(pattern, chosen, record.get());
    if (!core) return c::keepError(core.error());
    *fan_in = std::make_unique<sluice_fan_in>(*std::move(core), std::move(record)).release();
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
        const sluice::detail::FanInFinding found = ours.core.wait(limit);
        if (found.news == sluice::FanInNews::records) {
          const auto& reader = static_cast<const Reader&>(*found.reader);
          event->batch = {reader.engine().record(found.slots.slot), reader.engine().ring().stride,
                          found.slots.count, found.slots.first};
          event->record = &ours.recordOf(found.ring->number, reader);
        }
        if (found.news == sluice::FanInNews::ended) ours.records.erase(found.ring->number);
        return c::tell(*event, found.news, found.status, *found.ring, *found.error, ours.error);
      });
}

int sluice_fan_in_commit(sluice_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_fan_in& ours) { return c::numberOf(ours.core.commit()); });
}

int sluice_fan_in_commit_all(sluice_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_fan_in& ours) { return c::numberOf(ours.core.commitAll()); });
}

size_t sluice_fan_in_size(const sluice_fan_in* fan_in) {
  return c::ask(fan_in, size_t{0}, [](auto& ours) { return ours.core.size(); });
}

uint64_t sluice_fan_in_late(const sluice_fan_in* fan_in) {
  return c::ask(fan_in, uint64_t{0}, [](auto& ours) { return ours.core.late(); });
}

int sluice_fan_in_ready_descriptor(sluice_fan_in* fan_in, int* descriptor) {
  return c::readyDescriptor(
      fan_in, descriptor, [](auto& ours) -> auto& { return ours.core; });
}

int sluice_fan_in_arm(sluice_fan_in* fan_in) {
  return c::with(fan_in, [](sluice_fan_in& ours) { return c::numberOf(ours.core.arm()); });
}
