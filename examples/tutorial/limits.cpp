// How long a wait may take, and how a thread is stopped. usage: limits SEGMENT
#include <atomic>
#include <chrono>
#include <cstddef>
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

  std::atomic<std::size_t> received = 0;
  std::jthread reader([&](const std::stop_token& stop) {
    while (auto batch = in.wait(stop)) {
      received += batch.size();
      in.commit();
    }
    std::printf("%s after %d\n", nameOf(in.status()), static_cast<int>(in.lastCommitted()));
  });
  ring.send(1);
  ring.send(2);
  while (received != 2)
    std::this_thread::yield();
  reader.request_stop();
  reader.join();

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
