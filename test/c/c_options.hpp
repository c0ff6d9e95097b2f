// Options, limits and errors between C++ and C, as the port of C needs them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sluice.h"
#include "sluice/error.hpp"
#include "sluice/options.hpp"
#include "sluice/record.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::conformance {

/// The last error of this thread.
inline Error lastError() {
  const sluice_error& last = *sluice_last_error_parts();
  return {static_cast<ErrorCode>(-1 - last.code),
          last.segment,
          last.field,
          last.found,
          last.expected,
          last.advice};
}

/// The deadline of a limit, whose stop token C knows nothing of.
inline int64_t deadlineOf(const WaitLimit& limit) {
  if (limit.isNow()) return SLUICE_NOW;
  const WaitLimit::TimePoint deadline = limit.started().deadline();
  if (deadline == WaitLimit::TimePoint::max()) return SLUICE_FOREVER;
  return std::chrono::nanoseconds(deadline.time_since_epoch()).count();
}

inline sluice_wait_strategy strategyOf(const WaitStrategy& strategy) {
  return {SLUICE_COUNTED, strategy.spins, strategy.yields};
}

inline sluice_producer_options optionsOf(const ProducerOptions& options) {
  sluice_producer_options c{};
  c.struct_size = sizeof c;
  c.capacity = options.capacity;
  c.max_consumers = options.maxConsumers;
  c.without_consumers = static_cast<int>(options.withoutConsumers);
  c.wake_protocol = options.wakeProtocol ? static_cast<int>(*options.wakeProtocol) : 0;
  c.when_taken = static_cast<int>(options.whenTaken);
  c.mode = options.mode;
  c.first_sequence = options.firstSequence;
  c.directory = options.directory.c_str();
  c.take_over_deadline_ns = deadlineOf(options.takeOverWithin);
  c.wait_strategy = strategyOf(options.waitStrategy);
  return c;
}

inline sluice_open_options optionsOf(const OpenOptions& options) {
  sluice_open_options c{};
  c.struct_size = sizeof c;
  c.directory = options.directory.c_str();
  c.take_over_deadline_ns = deadlineOf(options.takeOverWithin);
  c.wait_strategy = strategyOf(options.waitStrategy);
  return c;
}

/// `after` gets the pointers that the result refers to.
inline sluice_consumer_options optionsOf(const ConsumerOptions& options,
                                         std::vector<const char*>& after) {
  for (const std::string& name : options.after)
    after.push_back(name.c_str());
  sluice_consumer_options c{};
  c.struct_size = sizeof c;
  c.name = options.name.c_str();
  c.start_at = 1 + static_cast<int>(options.startAt);
  c.without_producer = 1 + static_cast<int>(options.withoutProducer);
  c.on_death = static_cast<int>(options.onDeath);
  c.attach_to = 1 + static_cast<int>(options.attachTo);
  c.evict_after_ns = options.evictAfter.count();
  c.after = after.data();
  c.after_count = after.size();
  c.appear_deadline_ns = deadlineOf(options.appearWithin);
  c.max_batch = options.maxBatch;
  c.directory = options.directory.c_str();
  c.wait_strategy = strategyOf(options.waitStrategy);
  return c;
}

inline sluice_observer_options optionsOf(const ObserverOptions& options) {
  sluice_observer_options c{};
  c.struct_size = sizeof c;
  c.start_at = 1 + static_cast<int>(options.startAt);
  c.without_producer = 1 + static_cast<int>(options.withoutProducer);
  c.attach_to = 1 + static_cast<int>(options.attachTo);
  c.appear_deadline_ns = deadlineOf(options.appearWithin);
  c.directory = options.directory.c_str();
  c.wait_strategy = strategyOf(options.waitStrategy);
  return c;
}

/// A description for C, whose texts live as long as this.
class RecordOfC {
 public:
  explicit RecordOfC(const RecordDescription& record) : name_(record.name) {
    for (const Field& field : record.fields)
      names_.emplace_back(field.name);
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const Field& field = record.fields[i];
      fields_.push_back(
          {names_[i].c_str(), field.offset, field.size, field.count, static_cast<int>(field.kind)});
    }
    record_ = {name_.c_str(), record.size, record.alignment, fields_.data(), fields_.size()};
  }
  RecordOfC(const RecordOfC&) = delete;
  RecordOfC& operator=(const RecordOfC&) = delete;

  const sluice_record* get() const noexcept { return &record_; }

 private:
  std::string name_;
  std::vector<std::string> names_;
  std::vector<sluice_field> fields_;
  sluice_record record_{};
};

}  // namespace sluice::conformance
