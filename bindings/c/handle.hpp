// What every handle of the C interface has, and how a call looks at it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include "c/last_error.hpp"
#include "sluice/c/status.h"
#include "sluice/result.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::c {

/// A handle knows whether a thread waits in it, so that a second thread's call is refused: as far
/// as can be told without making each call dearer.
class Handle {
 public:
  bool isWaitedIn() const noexcept { return isWaitedIn_.load(std::memory_order_relaxed); }

  /// As long as this lives, the thread waits in the handle.
  class Wait {
   public:
    explicit Wait(Handle& handle) noexcept : handle_(handle) {
      handle_.isWaitedIn_.store(true, std::memory_order_relaxed);
    }
    ~Wait() { handle_.isWaitedIn_.store(false, std::memory_order_relaxed); }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    Handle& handle_;
  };

  /// A role is a member of wait sets, which it outlives.
  bool isInSet() const noexcept { return sets_ != 0; }
  void joinSet() noexcept { ++sets_; }
  void leaveSet() noexcept { --sets_; }

 private:
  std::atomic<bool> isWaitedIn_{false};
  std::size_t sets_ = 0;
};

/// Why a call with that handle is refused.
int refuseHandle(const Handle* handle) noexcept;

/// Why a handle is not destroyed that a wait set has.
int refuseMember() noexcept;

/// SLUICE_OK for a handle that this thread may use.
inline int check(const Handle* handle) noexcept {
  if (handle == nullptr || handle->isWaitedIn()) [[unlikely]]
    return refuseHandle(handle);
  return SLUICE_OK;
}

inline WaitLimit limitOf(std::int64_t deadline) noexcept {
  if (deadline == SLUICE_FOREVER) return {};
  if (deadline <= SLUICE_NOW) return WaitLimit::now();
  return {WaitLimit::TimePoint(std::chrono::nanoseconds(deadline))};
}

/// What the call returns for a handle that this thread may use: a number of C, a Status, or
/// nothing, which is success.
template <class H, class Call>
int with(H* handle, Call call) {
  if (const int refused = check(handle); refused != SLUICE_OK) [[unlikely]]
    return refused;
  return guarded([&]() -> int {
    using Returned = decltype(call(*handle));
    if constexpr (std::is_same_v<Returned, Status>) {
      return numberOf(call(*handle));
    } else if constexpr (std::is_void_v<Returned>) {
      call(*handle);
      return SLUICE_OK;
    } else {
      return call(*handle);
    }
  });
}

/// The same of a call that may wait until the deadline.
template <class H, class Call>
int waitingIn(H* handle, std::int64_t deadline, Call call) {
  return with(handle, [&](H& ours) {
    if (deadline <= SLUICE_NOW) return call(ours, WaitLimit::now());
    const Handle::Wait wait(ours);
    return call(ours, limitOf(deadline));
  });
}

/// What the question says of the handle; that value of none.
template <class H, class Question, class Value>
Value ask(const H* handle, Value ofNone, Question question) {
  return handle == nullptr ? ofNone : static_cast<Value>(question(*handle));
}

/// Makes a handle of what `make` returns, which is a Result.
template <class H, class Make>
int create(const char* name, H** handle, Make make) {
  if (handle == nullptr) return refuseNull("handle");
  *handle = nullptr;
  if (name == nullptr) return refuseNull("name");
  return guarded([&]() -> int {
    auto made = make();
    if (!made) return keepError(made.error());
    *handle = std::make_unique<H>(*std::move(made)).release();
    return SLUICE_OK;
  });
}

template <class H>
int destroy(H* handle) {
  if (handle == nullptr) return SLUICE_OK;
  return with(handle, [](H& ours) -> int {
    if (ours.isInSet()) return refuseMember();
    delete &ours;
    return SLUICE_OK;
  });
}

/// A count that a negative number was not made of.
inline bool isCount(std::size_t n) noexcept {
  return n <= std::numeric_limits<std::size_t>::max() / 2;
}
int refuseCount(const char* argument) noexcept;

/// Of a role with readyDescriptor().
template <class H, class Role>
int readyDescriptor(H* handle, int* descriptor, Role role) {
  if (descriptor == nullptr) return refuseNull("descriptor");
  *descriptor = -1;
  return with(handle, [&](H& ours) -> int {
    const Result<int> made = role(ours).readyDescriptor();
    if (!made) return keepError(made.error());
    *descriptor = *made;
    return SLUICE_OK;
  });
}

}  // namespace sluice::c
