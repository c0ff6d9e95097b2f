// The set of one member that a role has for an event loop.
#pragma once

#include <cstddef>
#include <memory>

#include "sluice/result.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_set.hpp"

namespace sluice::detail {

/// Made when it is first needed, and kept by the role's attachment, which lets it go before the
/// memory that it watches. Used by one thread at a time.
class OwnWaitSet {
 public:
  /// A role that was moved from has none.
  static Result<int> readyDescriptor(OwnWaitSet* own) {
    if (own != nullptr) return own->set().readyDescriptor();
    return Error{ErrorCode::invalidArgument, "", "readyDescriptor", "a role that was moved from",
                 "a role that is attached",  ""};
  }
  /// Of the role of that address, which may have been moved there; `bytes` is for a producer of
  /// messages. timedOut while the role is not ready; ok, or why its stream has ended.
  template <class Role, class... Bytes>
  static Status arm(OwnWaitSet* own, Role& role, Bytes... bytes) {
    if (own == nullptr) return Status::detached;
    const ReadyMembers ready = own->of(role, bytes...).arm();
    return ready ? ready[0].status : ready.status();
  }

 private:
  template <class Role>
  WaitSet& of(Role& role) {
    if (!isOf(&role, 0)) set_->add(role);
    return *set_;
  }
  template <class Role>
  WaitSet& of(Role& role, std::size_t bytes) {
    if (!isOf(&role, bytes)) set_->add(role, bytes);
    return *set_;
  }

  WaitSet& set() {
    if (set_ == nullptr) set_ = std::make_unique<WaitSet>();
    return *set_;
  }

  /// Otherwise the set is without a member.
  bool isOf(const void* role, std::size_t bytes) {
    if (role_ == role && bytes_ == bytes) return true;
    set().remove(0);
    role_ = role;
    bytes_ = bytes;
    return false;
  }

  std::unique_ptr<WaitSet> set_;
  const void* role_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace sluice::detail
