// A producer of records as C has it.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "c/handle.hpp"
#include "c/record.hpp"
#include "sluice/c/producer.h"
#include "sluice/detail/own_wait_set.hpp"
#include "sluice/detail/producer_attachment.hpp"
#include "sluice/detail/producer_engine.hpp"
#include "sluice/detail/producer_hot.hpp"
#include "sluice/detail/producer_member.hpp"
#include "sluice/detail/slot.hpp"
#include "sluice/detail/wait_member.hpp"

/// One more face of the engine, beside UntypedProducer: its short ways are the inline functions of
/// the header. Begins with their head; stays where it is.
struct sluice_producer : sluice_producer_head, sluice::c::Handle {
  using Engine = sluice::detail::ProducerEngine<sluice::detail::AnySlot>;

  explicit sluice_producer(sluice::detail::ProducerAttachment attachment)
      : sluice_producer(attachment.slot(), std::move(attachment)) {}

  std::unique_ptr<sluice::detail::WaitMember> waitMember() {
    using Room = sluice::detail::RoomForOne<sluice::detail::AnySlot>;
    return std::make_unique<sluice::detail::ProducerMember<Room>>(engine);
  }
  sluice::Result<int> readyDescriptor() {
    return sluice::detail::OwnWaitSet::readyDescriptor(engine.attachment().ownWaitSet());
  }

  Engine engine;
  const sluice::c::ShownRecord shown;

 private:
  sluice_producer(const sluice::detail::AnySlot& slot,
                  sluice::detail::ProducerAttachment&& attachment)
      : sluice_producer_head{nullptr, slot.stride, slot.offset,
                             sluice::detail::AnySlot::prefetchDistance, slot.hasStamp},
        engine(std::move(attachment), slot),
        shown(engine.attachment().record()) {
    run = reinterpret_cast<sluice_producer_run*>(&engine.hot());
  }
};

namespace sluice::c {

/// What the engine stores and what the inline functions load are the same bytes.
using Hot = detail::ProducerHot;
static_assert(offsetof(Hot, claimEnd) == offsetof(sluice_producer_run, claim_end));
static_assert(offsetof(Hot, runEnd) == offsetof(sluice_producer_run, run_end));
static_assert(offsetof(Hot, publishEnd) == offsetof(sluice_producer_run, publish_end));
static_assert(offsetof(Hot, published) == offsetof(sluice_producer_run, published));
static_assert(offsetof(Hot, doorbell) == offsetof(sluice_producer_run, doorbell));
static_assert(offsetof(Hot, cursor) == offsetof(sluice_producer_run, cursor));

}  // namespace sluice::c
