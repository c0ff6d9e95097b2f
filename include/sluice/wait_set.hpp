// Many rings in one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "sluice/c/linkage.h"
#include "sluice/result.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice {

namespace detail {
class WaitMember;
}

/// A member of a WaitSet for which there is something to do.
struct ReadyMember {
  std::size_t member;  ///< its number, as add() returned it
  /// Status::ok: its next call has something, and would not wait. Otherwise its stream has ended,
  /// and why; a member whose stream has ended is ready in each wait until it is removed.
  Status status;
};

/// The members that were ready in one look; or none, and why.
class ReadyMembers {
 public:
  ReadyMembers(std::span<const ReadyMember> members, Status status) noexcept
      : members_(members), status_(status) {}

  auto begin() const noexcept { return members_.begin(); }
  auto end() const noexcept { return members_.end(); }
  std::size_t size() const noexcept { return members_.size(); }
  bool empty() const noexcept { return members_.empty(); }
  const ReadyMember& operator[](std::size_t i) const noexcept { return members_[i]; }
  explicit operator bool() const noexcept { return !empty(); }

  /// Status::ok with members; otherwise timedOut, or stopped.
  Status status() const noexcept { return status_; }

 private:
  std::span<const ReadyMember> members_;
  Status status_;
};

/// Waits for several roles at once in one thread: for the next record of a consumer or an observer,
/// for room for a producer's next claim, for a stop. It takes nothing itself: the thread calls
/// tryWait(), read() or tryClaim() of the members that are ready. What a member waits for wakes it
/// as it would wake the role's own wait, and so do deaths, evictions and the end of its stream.
///
///   WaitSet set;
///   const auto ticks = set.add(tickConsumer);
///   const auto orders = set.add(orderConsumer);
///   while (const ReadyMembers ready = set.wait(1s))
///     for (const ReadyMember& one : ready) ...
///
/// A role must outlive its membership and stay where it is: remove it before it is moved from, and
/// before another one is assigned to it. It is used by the thread that waits. What is ready is
/// given in each wait, whatever else is ready, and the order rotates; an end, while others are
/// always ready, within as many waits as there are members.
///
/// One thread can sleep on 127 words: two for a reader or a producer, three for a consumer that
/// runs after others, one for a stop word. For more the set starts a thread for each further 127.
/// With an observer among the members, or with a ring under WakeProtocol::none, the set sleeps in
/// slices of 1 to 2 ms, and in such of 2 ms also where the kernel has no futex_waitv. In a forked
/// child the members are `detached`.
///
/// Used by one thread at a time; movable, and then empty.
class SLUICE_API WaitSet {
 public:
  explicit WaitSet(const WaitStrategy& strategy = {});
  WaitSet(WaitSet&&) noexcept;
  WaitSet& operator=(WaitSet&&) noexcept;
  ~WaitSet();

  /// A consumer or an observer, typed, untyped or of messages: ready when the next record has come.
  /// A producer of records: ready when tryClaim() has room. A StopWord: ready with Status::stopped
  /// once a stop is requested. Returns the member's number, the lowest that is free.
  template <class Role>
  std::size_t add(Role& role) {
    return addMember(role.waitMember());
  }
  /// A producer of messages: ready when there is room for a message of at most that many bytes.
  template <class Role>
  std::size_t add(Role& producer, std::size_t bytes) {
    return addMember(producer.waitMember(bytes));
  }

  /// A number that no member has: no effect. Also while what a wait has returned is gone through.
  void remove(std::size_t member) noexcept;

  /// How many members it has.
  std::size_t size() const noexcept;

  /// All members that are ready, waiting until there is one; valid until the next wait. None when
  /// the limit is over, and status() says how. A stop that was requested comes before the members;
  /// a deadline that has passed does not. A set without members waits for the limit alone, and a
  /// set that was moved from says `detached`.
  ReadyMembers wait(const WaitLimit& limit = {});
  ReadyMembers tryWait() { return wait(WaitLimit::now()); }

  /// A descriptor for an event loop: poll(2), epoll(7), Boost.Asio, libuv, asyncio wait for it to
  /// be readable. It is the same each time, is closed with the set, and is not inherited by a
  /// program that is executed. Nobody reads from it or closes it. Errors: system; it needs /proc.
  /// The first of a process starts one thread of the library, which serves all of them, sleeps
  /// while nothing changes, and ends with the last. To publishers a set that is armed is as a
  /// thread that sleeps.
  Result<int> readyDescriptor();

  /// Makes the descriptor unreadable, and readable once a member is ready: at once where one is
  /// already. Returns the members that are, as tryWait() does. It stays readable until the next
  /// arm(). It may become readable for nothing, mostly once in a second, and in slices where a
  /// wait would sleep in slices. So a loop waits for the descriptor, handles what tryWait() gives,
  /// and calls arm() again; what comes in between makes it readable. After add() nothing is asked
  /// of the new member before the next arm(); remove() makes the descriptor unreadable until then.
  /// None and `detached` without a descriptor, and in a forked child, which must leave the number
  /// alone.
  ReadyMembers arm();

 private:
  class State;

  std::size_t addMember(std::unique_ptr<detail::WaitMember> member);

  std::unique_ptr<State> state_;
};

}  // namespace sluice
