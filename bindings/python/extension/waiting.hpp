// Calls that wait: without the interpreter's lock, and ended by Ctrl-C.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "package.hpp"
#include "python.hpp"
#include "sluice.h"

namespace sluice::python {

/// What a call returns that a handler of a signal has ended with an exception.
inline constexpr int interrupted = -1000;

/// How long the main thread waits before it looks for signals: a Ctrl-C that came just before the
/// call slept would be seen at the end of the wait only.
inline constexpr std::int64_t slice = 25'000'000;

/// A deadline of `timeout`: a number of seconds, or None for ever. False with an exception.
bool deadlineOf(PyObject* timeout, std::int64_t& deadline) noexcept;

/// Runs `call(deadline)`, which returns a status, until it returns another one than `timedOut`.
template <class Call>
int waitInSlices(std::int64_t deadline, int timedOut, Call call) {
  const bool seesSignals = PyThread_get_thread_ident() == package().mainThread;
  for (;;) {
    const std::int64_t until =
        seesSignals ? std::min(deadline, sluice_deadline_after(slice)) : deadline;
    PyThreadState* const thread = PyEval_SaveThread();
    const int status = call(until);
    PyEval_RestoreThread(thread);
    if (status != timedOut) return status;
    if (PyErr_CheckSignals() != 0) return interrupted;
    if (until == deadline) return status;
  }
}

/// The same of a call that is tried first, with the lock.
template <class Call>
int wait(std::int64_t deadline, Call call) {
  const int status = call(SLUICE_NOW);
  if (status != SLUICE_TIMED_OUT || deadline <= SLUICE_NOW) return status;
  return waitInSlices(deadline, SLUICE_TIMED_OUT, call);
}

/// What is no longer than this is copied with the interpreter's lock.
inline constexpr std::size_t shortCopy = 65536;

/// The same of a call that copies up to so many bytes: other threads run while that takes long.
template <class Call>
int waitCopying(std::size_t bytes, std::int64_t deadline, Call call) {
  return bytes <= shortCopy ? wait(deadline, call) : waitInSlices(deadline, SLUICE_TIMED_OUT, call);
}

}  // namespace sluice::python
