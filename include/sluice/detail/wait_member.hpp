// What a role shows to a thread that waits for several of them at once.
#pragma once

#include "sluice/c/linkage.h"
#include "sluice/detail/awaited.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// A role, or a stop word, as a member of a set. It refers to the role, which must outlive it and
/// stay where it is. Used by the thread that uses the role.
class SLUICE_API WaitMember {
 public:
  WaitMember() = default;
  WaitMember(const WaitMember&) = delete;
  WaitMember& operator=(const WaitMember&) = delete;
  virtual ~WaitMember() = default;

  /// Takes in what the role has done since the last wait. Status::ok, and then awaited() is what to
  /// wait for; or why there is nothing to wait for any more.
  virtual Status begin() = 0;

  /// Valid until the next begin(). Ready when the role's next call would not have to wait.
  virtual Awaited& awaited() noexcept = 0;
};

}  // namespace sluice::detail
