// shm-merge: merges the records of many rings into one. See docs/shm-merge.md.
#include <csignal>
#include <cstdio>
#include <exception>
#include <stop_token>
#include <thread>

#include "complaints.hpp"
#include "merge.hpp"
#include "options.hpp"

namespace {

/// Of a stop that the first SIGINT or SIGTERM requests; a second one ends the process as it always
/// does. To be called before there are other threads.
std::stop_token stopOnSignals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::stop_source source;
  std::thread([source, signals]() mutable {
    int number = 0;
    ::sigwait(&signals, &number);
    source.request_stop();
    ::sigwait(&signals, &number);
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    std::raise(number);
  }).detach();
  return source.get_token();
}

}  // namespace

int main(int argc, char** argv) try {
  const auto [options, status] = shm_merge::parse(argc, argv);
  if (!options) return status;
  std::signal(SIGPIPE, SIG_IGN);
  const std::stop_token stop = stopOnSignals();
  return shm_merge::merge(*options, stop);
} catch (const std::exception& error) {
  shm_merge::complain(error.what());
  return shm_merge::failed;
}
