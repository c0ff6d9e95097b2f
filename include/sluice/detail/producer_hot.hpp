// What each claim and each publish of one record touches.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sluice/detail/doorbell.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

/// One line of a producer's own memory. The short ways of claim and publish in C have it too, as
/// sluice_producer_run.
struct alignas(64) ProducerHot {
  std::byte* claimEnd = nullptr;    // the slot after that of lastClaimed(), in the same lap
  std::byte* runEnd = nullptr;      // after the last slot that may be claimed without asking
  std::byte* publishEnd = nullptr;  // of the next record to publish
  Sequence published;
  const Doorbell* doorbell;
  std::atomic<Sequence>* cursor;
};

}  // namespace sluice::detail
