#include "support/interruption.hpp"

#include <signal.h>

namespace sluice::bench {
namespace {

volatile sig_atomic_t interrupted = 0;

void remember(int) {
  interrupted = 1;
}

}  // namespace

void listenForInterruption() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool isInterrupted() noexcept {
  return interrupted != 0;
}

void throwIfInterrupted() {
  if (isInterrupted()) throw Interrupted();
}

}  // namespace sluice::bench
