// One ring of a FanIn, without its record type.
#pragma once

#include <memory>
#include <utility>

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
  virtual Status commit() noexcept = 0;
  /// Everything that was taken is committed.
  virtual bool isCommitted() const noexcept = 0;
  virtual void resign() noexcept = 0;
  virtual std::unique_ptr<WaitMember> waitMember() = 0;
};

/// The same with the numbers of its slots.
template <class Slot>
class SlotReader final : public FanInReader {
 public:
  SlotReader(ConsumerAttachment attachment, const Slot& slot, const FanInOptions& options)
      : engine_(std::move(attachment), slot, options.maxBatch, options.waitStrategy) {}

  ArrivedSlots take() override { return engine_.tryWait(); }
  Status commit() noexcept override { return engine_.commit(); }
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
};

}  // namespace sluice::detail
