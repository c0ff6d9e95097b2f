// How long a wait may take, and how a thread is stopped. usage: limits SEGMENT
#include <chrono>
#include <cstdio>
#include <stop_token>
#include <thread>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  using namespace std::chrono_literals;
  const char* const name = words[1];
  auto ring = sluice::Producer<int>::create(name, {.capacity = 16}).value();
  auto in = sluice::Consumer<int>::attach(name).value();

  if (auto batch = in.wait(5ms); !batch) std::printf("%s\n", nameOf(batch.status()));

  std::jthread reader([&](const std::stop_token& stop) {
    while (auto batch = in.wait(stop))
      in.commit();
    std::printf("%s after %d\n", nameOf(in.status()), static_cast<int>(in.lastCommitted()));
  });
  ring.send(1);
  ring.send(2);
  while (in.lag() != 0)
    std::this_thread::yield();
  reader.request_stop();
  reader.join();

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
