// A word that ends waits.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "sluice/c/linkage.h"

namespace sluice {

namespace detail {
class WaitMember;
}

/// Ends the waits of the sets that it is a member of, for good. Used by all threads at once, and by
/// a handler of signals, which may not request a stop of std::stop_source. It must outlive the
/// sets, or its membership, and stays where it is.
class SLUICE_API StopWord {
 public:
  StopWord() noexcept = default;
  StopWord(const StopWord&) = delete;
  StopWord& operator=(const StopWord&) = delete;

  /// From any thread, and from a handler of signals. Again: no effect.
  void requestStop() noexcept;
  bool isStopRequested() const noexcept;

 private:
  friend class WaitSet;
  std::unique_ptr<detail::WaitMember> waitMember();

  std::atomic<std::uint32_t> word_{0};
};

}  // namespace sluice
