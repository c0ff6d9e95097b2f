// Ending in order at SIGINT and SIGTERM. usage: shutdown SEGMENT
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <stop_token>
#include <thread>
#include <utility>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  const char* const name = words[1];

  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  std::stop_source stop;
  const std::jthread taker([&](const std::stop_token& ended) {
    const timespec slice{.tv_sec = 0, .tv_nsec = 50'000'000};
    while (!ended.stop_requested())
      if (sigtimedwait(&ends, nullptr, &slice) > 0) stop.request_stop();
  });

  auto ring = sluice::Producer<int>::create(name, {.capacity = 1024}).value();
  auto journal = sluice::Consumer<int>::attach(name).value();
  auto screen = sluice::Consumer<int>::attach(name).value();

  std::jthread reader([&journal] {
    while (auto batch = journal.wait())
      journal.commit();
  });
  std::jthread viewer([&screen, token = stop.get_token()] {
    while (auto batch = screen.wait(token))
      screen.commit();
    { const auto leaves = std::move(screen); }
  });

  int next = 0;
  while (auto slot = ring.claimOne(stop.get_token())) {
    slot.front() = next++;
    ring.publish();
    if (next == 1000) ::kill(::getpid(), SIGINT);
  }
  ring.close();

  reader.join();
  viewer.join();
  std::printf("journal: %s, lag %d\n", nameOf(journal.status()), static_cast<int>(journal.lag()));

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
