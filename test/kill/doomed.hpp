// A participant that has died before the victim comes.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <stdexcept>

namespace sluice::kill {

/// Runs `life` in a process of its own, which is killed at the end of it; returns when nothing of
/// it is left.
template <class Life>
void liveAndDie(Life life) {
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    try {
      life();
      ::raise(SIGKILL);
    } catch (const std::exception& exception) {
      std::fprintf(stderr, "doomed: %s\n", exception.what());
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSIGNALED(status)) throw std::runtime_error("the one that was to die lives");
}

}  // namespace sluice::kill
