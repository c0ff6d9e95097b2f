// A consumer as a member of a set.
#pragma once

#include <memory>
#include <optional>

#include "sluice/detail/consumer_attachment.hpp"
#include "sluice/detail/consumer_run.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Waits for the record that the consumer's next wait would return first.
template <class Slot>
class ConsumerMember final : public WaitMember {
 public:
  explicit ConsumerMember(ConsumerRun<Slot>& run) noexcept : run_(run) {}

  Status begin() override {
    if (const Status ended = run_.attachment().ended(); ended != Status::ok) return ended;
    const Sequence next = run_.last() + 1;
    if (awaited_ != nullptr && next == target_) return Status::ok;
    target_ = next;
    if (run_.attachment().runsAfterOthers()) {
      commit_ = run_.attachment().awaitedUpstream(next);
      awaited_ = commit_.get();
    } else {
      awaited_ = &record_.emplace(run_, next);
    }
    return Status::ok;
  }

  Awaited& awaited() noexcept override { return *awaited_; }

 private:
  struct Record final : ConsumerAttachment::AwaitedRecord {
    Record(ConsumerRun<Slot>& owner, Sequence next) noexcept
        : AwaitedRecord(owner.attachment(), next), run(owner) {}
    bool isReady() noexcept override { return run.nextHasArrived(); }

    ConsumerRun<Slot>& run;
  };

  ConsumerRun<Slot>& run_;
  std::optional<Record> record_;
  std::shared_ptr<Awaited> commit_;
  Awaited* awaited_ = nullptr;
  Sequence target_ = noSequence;
};

}  // namespace sluice::detail
