// The reader of many rings whose record's type is known when the program runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/detail/fan_in_core.hpp"
#include "sluice/detail/fan_in_reader.hpp"
#include "sluice/detail/slot.hpp"
#include "sluice/fan_in_event.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/merged_by.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/untyped_batch.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// As FanIn, with the record's type as a value, and with several patterns. The rings may have
/// different layouts of records: the stride of a batch is that of its ring. For other languages,
/// tools and bridges. What is not said here is as in FanIn.
class UntypedFanIn {
 public:
  using Records = UntypedBatch<const std::byte>;
  /// The bytes of a record, where it lies.
  using Record = std::span<const std::byte>;

  class Event : public FanInEvent<Records> {
   public:
    /// Of `records`: what those of the ring are.
    const RecordDescription& record() const noexcept { return *record_; }

   private:
    friend class UntypedFanIn;
    Event(const detail::FanInFinding& found, const Records& records,
          const RecordDescription* record) noexcept
        : FanInEvent(found.news, found.status, *found.ring, *found.error, records),
          record_(record) {}

    const RecordDescription* record_;
  };

  /// Joins every ring whose name matches one of the patterns and whose record is of that
  /// description, or any ring of records where there is none; the texts of the description must
  /// live as long as the UntypedFanIn. Errors: as FanIn::open, and invalidArgument without a
  /// pattern.
  static Result<UntypedFanIn> open(std::span<const std::string_view> patterns,
                                   const FanInOptions& options,
                                   const std::optional<RecordDescription>& record) {
    return openWith(patterns, options, record, {}, std::nullopt);
  }
  /// The same, but merges.
  static Result<UntypedFanIn> open(std::span<const std::string_view> patterns,
                                   const FanInOptions& options,
                                   const std::optional<RecordDescription>& record,
                                   MergedBy<Record> merged) {
    if (!merged.time)
      return detail::noTimeOfRecords(patterns.empty() ? std::string_view{} : patterns.front());
    const auto quietLimit = merged.quietLimit;
    return openWith(patterns, options, record, std::move(merged.time), quietLimit);
  }

  Event wait(const WaitLimit& limit = {}) {
    const detail::FanInFinding found = core_.wait(limit);
    if (found.news != FanInNews::records) return {found, {noSequence, found.status}, nullptr};
    const auto& reader = static_cast<const Reader&>(*found.reader);
    return {found, batchOf(reader, found.slots), &reader.engine().attachment().record()};
  }
  Event tryWait() { return wait(WaitLimit::now()); }

  Status commit() noexcept { return core_.commit(); }
  Status commit(std::size_t n) noexcept { return core_.commit(n); }
  Status commitAll() noexcept { return core_.commitAll(); }
  std::size_t size() const noexcept { return core_.size(); }
  std::uint64_t late() const noexcept { return core_.late(); }

  Result<int> readyDescriptor() { return core_.readyDescriptor(); }
  Status arm() { return core_.arm(); }

 private:
  using Reader = detail::SlotReader<detail::AnySlot>;
  using Time = std::function<std::int64_t(const Record&)>;

  explicit UntypedFanIn(detail::FanInCore core) noexcept : core_(std::move(core)) {}

  static Result<UntypedFanIn> openWith(std::span<const std::string_view> patterns,
                                       const FanInOptions& options,
                                       const std::optional<RecordDescription>& record, Time time,
                                       std::optional<std::chrono::nanoseconds> quietLimit) {
    const auto times = [time = std::move(time)](const Reader& reader,
                                                const detail::ArrivedSlots& slots) {
      return detail::timesOf(batchOf(reader, slots), [&](const std::byte* bytes) {
        return time({bytes, reader.engine().ring().recordSize});
      });
    };
    const auto makeReader = [times](detail::ConsumerAttachment attachment,
                                    const FanInOptions& chosen) {
      const detail::AnySlot slot = attachment.slot();
      return std::make_unique<Reader>(std::move(attachment), slot, chosen, times);
    };
    auto core = detail::FanInCore::open(patterns, options, {.record = record, .anyRecord = !record},
                                        makeReader, quietLimit);
    if (!core) return core.error();
    return UntypedFanIn(*std::move(core));
  }

  static Records batchOf(const Reader& reader, const detail::ArrivedSlots& slots) noexcept {
    return {reader.engine().record(slots.slot), reader.engine().ring().stride, slots.count,
            slots.first};
  }

  detail::FanInCore core_;
};

}  // namespace sluice
