// Lets a child forked from a program with threads start its own under ThreadSanitizer too.
// Include it in one file of a test program.
#pragma once

#include "sluice/detail/fence.hpp"

#if defined(SLUICE_THREAD_SANITIZER)
// NOLINTNEXTLINE(bugprone-reserved-identifier): the sanitizer asks for this name.
extern "C" const char* __tsan_default_options();
extern "C" [[gnu::used]] inline const char* __tsan_default_options() {
  return "die_after_fork=0";
}
#endif
