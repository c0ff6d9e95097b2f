// Two rings and a timer in one epoll loop. usage: epoll SEGMENT
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "sluice/sluice.hpp"

constexpr std::uint32_t timerEvent = 2;  // after the numbers of the rings

void watch(int loop, int descriptor, std::uint32_t number) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = number;
  ::epoll_ctl(loop, EPOLL_CTL_ADD, descriptor, &event);
}

int main(int, char** words) {
  const std::array<std::string, 2> names{std::string(words[1]) + "-left",
                                         std::string(words[1]) + "-right"};
  std::array rings{sluice::Producer<int>::create(names[0], {.capacity = 4}).value(),
                   sluice::Producer<int>::create(names[1], {.capacity = 4}).value()};
  std::array inputs{sluice::Consumer<int>::attach(names[0]).value(),
                    sluice::Consumer<int>::attach(names[1]).value()};

  const int loop = ::epoll_create1(EPOLL_CLOEXEC);
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    watch(loop, inputs[i].readyDescriptor().value(), i);
    inputs[i].arm();
  }
  const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  const itimerspec each{{0, 1'000'000}, {0, 1'000'000}};
  ::timerfd_settime(timer, 0, &each, nullptr);
  watch(loop, timer, timerEvent);

  int sent = 0;
  const auto onTimer = [&] {
    std::uint64_t times = 0;
    if (::read(timer, &times, sizeof times) < 0 || sent == 3) return;
    ++sent;
    for (auto& ring : rings) {
      ring.send(sent);
      if (sent == 3) ring.close();
    }
  };

  std::size_t received = 0;
  std::size_t ended = 0;
  while (ended < inputs.size()) {
    epoll_event event{};
    if (::epoll_wait(loop, &event, 1, -1) != 1) continue;
    if (event.data.u32 == timerEvent) {
      onTimer();
      continue;
    }
    auto& in = inputs[event.data.u32];
    if (auto batch = in.tryWait()) {
      received += batch.size();
      in.commit();
    } else if (in.status() == sluice::Status::timedOut) {
      in.arm();
    } else {
      std::printf("a ring is %s\n", nameOf(in.status()));
      ::epoll_ctl(loop, EPOLL_CTL_DEL, in.readyDescriptor().value(), nullptr);
      ++ended;
    }
  }
  std::printf("%zu records\n", received);
  ::close(timer);
  ::close(loop);

  for (const std::string& name : names)
    if (!sluice::removeSegment(name, {.evenIfInUse = true})) return 1;
  return 0;
}
