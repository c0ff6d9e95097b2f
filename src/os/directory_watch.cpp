#include "os/directory_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>

#include "os/slice.hpp"

namespace sluice::detail {
namespace {

constexpr std::uint32_t wanted =
    IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_ATTRIB | IN_ONLYDIR;
constexpr std::uint32_t endsTheWatch = IN_IGNORED | IN_UNMOUNT;

int milliseconds(TimePoint until) noexcept {
  if (until == forever) return -1;
  constexpr std::chrono::milliseconds longest{60'000};
  const auto left = until - std::chrono::steady_clock::now();
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(
      std::clamp<std::chrono::steady_clock::duration>(left, std::chrono::milliseconds(0), longest));
  return static_cast<int>(whole.count());
}

}  // namespace

DirectoryWatch::Descriptor DirectoryWatch::Descriptor::of(int number) noexcept {
  return {number, fileIdOf(number)};
}

bool DirectoryWatch::Descriptor::isOpen() const noexcept {
  return number >= 0 && file.inode != 0 && fileIdOf(number) == file;
}

void DirectoryWatch::Descriptor::close() const noexcept {
  if (isOpen()) ::close(number);
}

DirectoryWatch::DirectoryWatch(const std::string& directory)
    : events_(Descriptor::of(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK))),
      interrupts_(Descriptor::of(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  isWatching_ =
      events_.isOpen() && ::inotify_add_watch(events_.number, directory.c_str(), wanted) >= 0;
}

DirectoryWatch::~DirectoryWatch() {
  events_.close();
  interrupts_.close();
}

DirectoryNews DirectoryWatch::wait(TimePoint until) {
  const bool canBeInterrupted = interrupts_.isOpen();
  isWatching_ = isWatching_ && events_.isOpen();
  if (!isWatching_ || !canBeInterrupted)
    until = std::min<TimePoint>(until, std::chrono::steady_clock::now() + fallbackSlice);
  // poll() skips a negative descriptor.
  std::array<pollfd, 2> watched{{{isWatching_ ? events_.number : -1, POLLIN, 0},
                                 {canBeInterrupted ? interrupts_.number : -1, POLLIN, 0}}};
  ::poll(watched.data(), watched.size(), milliseconds(until));
  DirectoryNews news;
  if (interrupts_.isOpen()) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto ignored = ::read(interrupts_.number, &count, sizeof count);
  }
  if (isWatching_) read(news);
  news.isWhole = news.isWhole && isWatching_;
  return news;
}

void DirectoryWatch::read(DirectoryNews& news) {
  alignas(inotify_event) std::array<char, 16384> bytes;
  while (events_.isOpen()) {
    const ssize_t got = ::read(events_.number, bytes.data(), bytes.size());
    if (got <= 0) return;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, bytes.data() + at, sizeof event);
      if ((event.mask & IN_Q_OVERFLOW) != 0) news.isWhole = false;
      if ((event.mask & endsTheWatch) != 0) isWatching_ = false;
      if (event.len != 0) news.names.emplace_back(bytes.data() + at + sizeof event);
      at += sizeof event + event.len;
    }
  }
  isWatching_ = false;
}

void DirectoryWatch::interrupt() const noexcept {
  if (!interrupts_.isOpen()) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto ignored = ::write(interrupts_.number, &one, sizeof one);
}

}  // namespace sluice::detail
