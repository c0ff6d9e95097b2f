// Threads of the library's own.
#pragma once

namespace sluice::detail {

/// How a thread of the library runs.
enum class Scheduling {
  asCaller,  ///< as the thread that starts it: where its memory comes from is the caller's choice
  ordinary,  ///< SCHED_OTHER, on every processor that the process may use; as its caller where a
             ///< filter refuses what makes it so
};

/// Starts a thread that nobody joins, with every signal blocked and a small stack where its own
/// variables leave room in it. 0, or an error number. Thread-safe.
int startDetached(Scheduling scheduling, void* (*entry)(void*), void* argument) noexcept;

/// The first thing that such a thread does: it has that name, of at most 15 bytes, and the module
/// of this library stays loaded as long as it runs.
void beginThread(const char* name) noexcept;

}  // namespace sluice::detail
