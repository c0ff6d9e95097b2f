// What a thread can wait for, as the one wait loop sees it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sluice/c/linkage.h"
#include "sluice/detail/eventcount.hpp"
#include "sluice/detail/futex_expectation.hpp"
#include "sluice/detail/time_point.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// One thing that somebody else brings about: a record, room, a member, a name. Used by one thread,
/// for one wait after another.
class SLUICE_API Awaited {
 public:
  /// It is there: the wait is over.
  virtual bool isReady() noexcept = 0;

  /// Looks whether the peer that is to bring it about is still there, and does what its absence
  /// calls for. Why it will never be there, or Status::ok. May ask the kernel; what was asked last
  /// is kept by the participant, so that short waits and polls learn of a death as soon as long
  /// waits do.
  virtual Status checkPeer() = 0;

  /// Asks to be woken, and says what to sleep on for that. What was brought about before the call
  /// need not wake: the wait loop looks once more after fence().
  virtual FutexExpectation arm() noexcept = 0;

  /// Of the doorbell that arm() arms now; none where it returns another word, which arms nothing.
  virtual std::optional<Eventcount> eventcount() const noexcept { return std::nullopt; }

  /// The heavy half of the fence between arm() and the second look, where one is needed: the
  /// eventcount's. False when the system refuses it, so that a wake may be lost, or when nobody was
  /// asked for one: a sleep has to be short then.
  virtual bool fence() noexcept;

  /// Where the kernel announces the deaths of the peers waited for; null where there is none.
  using Lifelines = std::array<const std::atomic<std::uint32_t>*, 2>;
  virtual Lifelines lifelines() const noexcept { return {}; }

  /// When checkPeer() and isReady() want to be asked again though nobody wakes this thread; or
  /// forever.
  virtual TimePoint lookAgainAt() const noexcept { return forever; }

  /// Sleeps until a wake, a value that differs, or the time; may return early.
  virtual void sleep(const FutexExpectation* words, std::size_t count, TimePoint until) noexcept;

  /// Called before and after each sleep.
  virtual void onSleep() noexcept {}
  virtual void onWake() noexcept {}

  /// Ends the sleep of the thread that waits for this, where the kernel cannot sleep on several
  /// words. Called by any thread, on a stop request.
  virtual void interrupt() noexcept = 0;

 protected:
  ~Awaited() = default;
};

}  // namespace sluice::detail
