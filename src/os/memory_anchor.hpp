// Keeps an open file open for as long as the process's memory exists.
#pragma once

#include "os/process_stamp.hpp"

namespace sluice::detail {

/// A mapping of one page that nobody can touch, made through an open file. The kernel then lets go
/// of the open file, and of the locks held through it, only when no thread of the process is left
/// that could store: a descriptor alone goes with the last thread that has it. Not inherited by
/// fork. Give it up before the descriptor.
class MemoryAnchor {
 public:
  enum class Outcome {
    tied,
    forked,  ///< a fork at that very moment may have copied it: use another open file
    failed,  ///< no memory for it, or a call was refused: errno says why
  };

  /// An empty one.
  MemoryAnchor() noexcept = default;
  MemoryAnchor(MemoryAnchor&& other) noexcept;
  MemoryAnchor& operator=(MemoryAnchor&& other) noexcept;
  /// Does nothing in a forked child.
  ~MemoryAnchor();

  /// Of an empty one. Only `tied` changes it.
  Outcome tie(int descriptor) noexcept;
  bool isTied() const noexcept { return page_ != nullptr; }

 private:
  void* page_ = nullptr;
  ProcessStamp process_;
};

}  // namespace sluice::detail
