#include "c/handle.hpp"

namespace sluice::c {

int refuseHandle(const Handle* handle) noexcept {
  if (handle == nullptr) return refuseNull("handle");
  return refuse("handle", "another thread that waits in it", "one thread at a time",
                "give each thread a handle of its own, or wait until the other has returned");
}

int refuseMember() noexcept {
  return refuse("handle", "a member of a wait set", "one that no set has",
                "remove it from the set, or destroy the set, first");
}

int refuseCount(const char* argument) noexcept {
  return refuse(argument, "a negative number", "0 or more");
}

}  // namespace sluice::c
