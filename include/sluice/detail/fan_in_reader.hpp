// One ring of a FanIn, without its record type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "sluice/detail/consumer_attachment.hpp"
#include "sluice/detail/consumer_engine.hpp"
#include "sluice/detail/consumer_member.hpp"
#include "sluice/detail/consumer_run.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// A consumer as the machinery of a FanIn uses it: in one thread, and never moved.
class FanInReader {
 public:
  FanInReader() = default;
  FanInReader(const FanInReader&) = delete;
  FanInReader& operator=(const FanInReader&) = delete;
  virtual ~FanInReader() = default;

  /// The next batch, or none and why; never waits.
  virtual ArrivedSlots take() = 0;
  /// The times of the records of a batch.
  virtual std::vector<std::int64_t> times(const ArrivedSlots& slots) const = 0;
  /// So many of them from that one on.
  virtual ArrivedSlots part(const ArrivedSlots& slots, std::size_t from,
                            std::size_t count) const noexcept = 0;
  /// So many of the batch that was taken last.
  virtual Status commit(std::size_t count) noexcept = 0;
  /// Everything that was taken is committed.
  virtual bool isCommitted() const noexcept = 0;
  virtual void resign() noexcept = 0;
  virtual std::unique_ptr<WaitMember> waitMember() = 0;
};

/// By a function of a record.
template <class Records, class Time>
std::vector<std::int64_t> timesOf(const Records& records, const Time& time) {
  std::vector<std::int64_t> times;
  times.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i)
    times.push_back(time(records[i]));
  return times;
}

/// The same with the numbers of its slots.
template <class Slot>
class SlotReader final : public FanInReader {
 public:
  /// The times of a batch; none where the rings are read in turn.
  using Times =
      std::function<std::vector<std::int64_t>(const SlotReader& reader, const ArrivedSlots& slots)>;

  SlotReader(ConsumerAttachment attachment, const Slot& slot, const FanInOptions& options,
             Times times)
      : engine_(std::move(attachment), slot, options.maxBatch, options.waitStrategy),
        times_(std::move(times)) {}

  ArrivedSlots take() override { return engine_.tryWait(); }
  std::vector<std::int64_t> times(const ArrivedSlots& slots) const override {
    return times_(*this, slots);
  }
  ArrivedSlots part(const ArrivedSlots& slots, std::size_t from,
                    std::size_t count) const noexcept override {
    return {slots.slot + from * engine_.ring().stride, count, slots.first + from, slots.status};
  }
  Status commit(std::size_t count) noexcept override { return engine_.commit(count); }
  bool isCommitted() const noexcept override {
    return engine_.attachment().lastCommitted() == engine_.lastTaken();
  }
  void resign() noexcept override { engine_.resign(); }
  std::unique_ptr<WaitMember> waitMember() override {
    return std::make_unique<ConsumerMember<Slot>>(engine_.run());
  }

  const ConsumerEngine<Slot>& engine() const noexcept { return engine_; }

 private:
  ConsumerEngine<Slot> engine_;
  Times times_;
};

}  // namespace sluice::detail
