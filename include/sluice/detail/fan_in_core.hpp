// What every FanIn does, whatever its record.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "sluice/c/linkage.h"
#include "sluice/detail/consumer_attachment.hpp"
#include "sluice/detail/consumer_run.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/detail/fan_in_reader.hpp"
#include "sluice/error.hpp"
#include "sluice/fan_in_event.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/result.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// An event without its record type. Ring and error are never null; the reader is there with
/// records.
struct FanInFinding {
  FanInNews news = FanInNews::none;
  Status status = Status::ok;
  const FanInRing* ring = nullptr;
  const Error* error = nullptr;
  const FanInReader* reader = nullptr;
  ArrivedSlots slots{};
};

/// invalidArgument, for a MergedBy without a function.
SLUICE_API Error noTimeOfRecords(std::string_view pattern);

/// Finds the rings, reads them in turn and lets go of what has ended. Used by one thread at a time;
/// movable, and then empty: every call of an empty one, and in a forked child, says `detached`.
class SLUICE_API FanInCore {
 public:
  /// Makes the consumer of a ring that was joined.
  using MakeReader = std::function<std::unique_ptr<FanInReader>(ConsumerAttachment attachment,
                                                                const FanInOptions& options)>;

  /// Merges the rings where there is a quiet limit. The texts of the expectation must live as long
  /// as the core.
  static Result<FanInCore> open(std::string_view pattern, const FanInOptions& options,
                                const Expectation& expectation, MakeReader makeReader,
                                std::optional<std::chrono::nanoseconds> quietLimit);

  FanInCore(FanInCore&&) noexcept;
  FanInCore& operator=(FanInCore&&) noexcept;
  ~FanInCore();

  FanInFinding wait(const WaitLimit& limit);
  Status commit() noexcept;
  Status commitAll() noexcept;
  std::size_t size() const noexcept;
  std::uint64_t late() const noexcept;
  Result<int> readyDescriptor();
  Status arm();

 private:
  class State;

  explicit FanInCore(std::unique_ptr<State> state) noexcept;

  std::unique_ptr<State> state_;
};

}  // namespace sluice::detail
