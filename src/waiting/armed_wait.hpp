// One awaited thing as the thread that is about to sleep for it has it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

#include "sluice/detail/awaited.hpp"
#include "sluice/detail/futex_expectation.hpp"

namespace sluice::detail {

/// The kernel marks a lifeline, and then wakes one of the threads that sleep on it, perhaps a
/// thread that came in between. So a thread that sees the mark for the first time wakes the others.
class DeathRelay {
 public:
  /// Before a sleep: what to sleep on, after passing on news.
  FutexExpectation look(const std::atomic<std::uint32_t>& lifeline) noexcept;
  /// After a sleep.
  void lookAfter() const noexcept;

 private:
  const std::atomic<std::uint32_t>* lifeline_ = nullptr;
  std::uint32_t toldOf_ = 0;
};

/// The wait of one thread for one awaited thing: what was armed, and what to sleep on. What is
/// armed still is not armed again.
class ArmedWait {
 public:
  /// The doorbell's word and the lifelines'.
  static constexpr std::size_t maxWords = 1 + std::tuple_size_v<Awaited::Lifelines>;

  /// Of this awaited thing from here on; what was armed for it before counts on.
  void begin(Awaited& awaited) noexcept;
  Awaited& awaited() const noexcept { return *awaited_; }

  /// Asks for a wake. Where that needs a fence, it has to follow, once for all waits that are armed
  /// together, and then one more look.
  void arm() noexcept;
  bool needsFence() const noexcept { return needsFence_; }
  void passedFence(bool isGood) noexcept;
  /// False where a wake may be lost.
  bool isFenced() const noexcept { return isFenced_; }

  /// False where a look since arm() has found that something else is awaited now, or that an answer
  /// has come: then the next step is to arm again, and not to sleep.
  bool isArmedStill() const noexcept;

  /// Writes what to sleep on to `words`, which have room for maxWords; how many there are.
  std::size_t look(FutexExpectation* words) noexcept;
  /// After a sleep.
  void lookAfter() const noexcept;

 private:
  Awaited* awaited_ = nullptr;
  FutexExpectation word_{nullptr, 0};
  bool needsFence_ = false;
  bool isFenced_ = false;
  std::array<DeathRelay, std::tuple_size_v<Awaited::Lifelines>> relays_;
};

}  // namespace sluice::detail
