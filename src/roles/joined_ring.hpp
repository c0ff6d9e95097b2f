// One ring of a FanIn.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "sluice/detail/consumer_run.hpp"
#include "sluice/detail/fan_in_reader.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/fan_in_event.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// A ring that was joined, and what was given of it. It stays where it is.
struct JoinedRing {
  FanInRing told{};
  std::unique_ptr<FanInReader> reader{};  // null when the ring was let go
  std::optional<Status> end{};            // as it was told
  ArrivedSlots taken{};                   // the batch that was taken last
  std::size_t given = 0;                  // of it

  /// Nothing more is to be taken yet.
  bool isHeldBack() const noexcept { return given < taken.count; }
  /// Ready when there is something to take; never while it is held back.
  std::unique_ptr<WaitMember> waitMember();
};

}  // namespace sluice::detail
