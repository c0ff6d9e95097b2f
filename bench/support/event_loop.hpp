// What a program with an event loop waits in.
#pragma once

#include <sys/epoll.h>
#include <unistd.h>

#include <stdexcept>

namespace sluice::bench {

/// A loop that waits for one descriptor.
class EventLoop {
 public:
  EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
  ~EventLoop() { ::close(epoll_); }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void add(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0)
      throw std::runtime_error("epoll_ctl failed");
  }
  /// Until it is readable.
  void wait() const {
    epoll_event event{};
    while (::epoll_wait(epoll_, &event, 1, -1) != 1) {
    }
  }

 private:
  int epoll_;
};

}  // namespace sluice::bench
