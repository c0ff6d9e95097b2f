#include "deaths/floors.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>

#include "deaths/sluice_deaths.hpp"
#include "format/segment_view.hpp"
#include "os/lease_file.hpp"
#include "segment/checked_file.hpp"
namespace sluice::bench {
namespace {

constexpr off_t bareByte = off_t{1} << 50;  // far past what a segment locks

void require(bool holds, const char* what) {
  if (!holds) throw std::system_error(errno, std::generic_category(), what);
}

int opened(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  require(file >= 0, path.c_str());
  return file;
}

struct flock lockOf(off_t byte, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return lock;
}

/// One word, the node right before it.
struct RobustWord {
  robust_list node;
  robust_list_head head;
};

void holdRobustFutex(Stage& stage) {
  static RobustWord mine;
  mine.node.next = &mine.head.list;
  mine.head.list.next = &mine.node;
  mine.head.list_op_pending = nullptr;
  mine.head.futex_offset = reinterpret_cast<char*>(&stage.word()) -  //
                           reinterpret_cast<char*>(&mine.node);
  require(::syscall(SYS_set_robust_list, &mine.head, sizeof mine.head) == 0, "set_robust_list");
  const auto thread = static_cast<std::uint32_t>(::gettid());
  stage.word().store(thread | FUTEX_WAITERS, std::memory_order_release);
  stage.reach(1);
}

void sleepOnRobustFutex(Stage& stage) {
  stage.await(1);
  const std::uint32_t held = stage.word().load(std::memory_order_acquire);
  stage.reach(Measurement::everybodyReady);
  while ((stage.word().load(std::memory_order_acquire) & FUTEX_OWNER_DIED) == 0)
    ::syscall(SYS_futex, &stage.word(), FUTEX_WAIT, held, nullptr, nullptr, 0);
  stage.takeReturned();
}

void holdLock(Stage& stage, const std::string& path) {
  const int mapped = opened(path);
  struct stat status {};
  require(::fstat(mapped, &status) == 0, "fstat");
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, mapped, 0);
  require(memory != MAP_FAILED, "mmap");
  // Touched by hand: old kernels cannot populate for writing.
  for (std::size_t at = 0; at < size; at += 4096)
    std::atomic_ref(static_cast<unsigned char*>(memory)[at]).fetch_or(0, std::memory_order_relaxed);
  auto lock = lockOf(bareByte, F_WRLCK);
  require(::fcntl(opened(path), F_OFD_SETLK, &lock) == 0, "F_OFD_SETLK");
  stage.reach(1);
}

void pollLock(Stage& stage, const std::string& path) {
  const int file = opened(path);
  stage.await(1);
  stage.reach(Measurement::everybodyReady);
  struct flock lock {};
  do {
    lock = lockOf(bareByte, F_RDLCK);
    require(::fcntl(file, F_OFD_GETLK, &lock) == 0, "F_OFD_GETLK");
  } while (lock.l_type != F_UNLCK);
  stage.takeReturned();
}

/// The producer's, of a segment that is there once the other is ready.
void pollLease(Stage& stage, const detail::SegmentPath& segment) {
  constexpr std::uint64_t lease = detail::leaseByte(detail::producerParticipant);
  stage.await(1);
  const auto header = detail::openChecked(segment).value().header;
  const auto leases = detail::LeaseFile::open(segment, header.id).value();
  stage.reach(Measurement::everybodyReady);
  while (leases.isHeld(lease).value_or(true)) {
  }
  stage.takeReturned();
}

void awaitLock(Stage& stage, const std::string& path) {
  const int file = opened(path);
  stage.await(1);
  stage.reach(Measurement::everybodyReady);
  auto lock = lockOf(bareByte, F_RDLCK);
  require(::fcntl(file, F_OFD_SETLKW, &lock) == 0, "F_OFD_SETLKW");
  stage.takeReturned();
}

}  // namespace

Measurement robustFutex(const Segment&) {
  return {holdRobustFutex, sleepOnRobustFutex, SYS_futex};
}

Measurement freeLockPolled(const Segment& segment) {
  return {[path = segment.path()](Stage& stage) { holdLock(stage, path); },
          [path = segment.path()](Stage& stage) { pollLock(stage, path); },
          Measurement::neverSleeps};
}

Measurement freeLeasePolled(const Segment& segment) {
  return {[name = segment.name()](Stage& stage) { produce(stage, name); },
          [name = segment.name()](Stage& stage) {
            pollLease(stage, {defaultDirectory, name});
          },
          Measurement::neverSleeps};
}

Measurement freeLockAwaited(const Segment& segment) {
  return {[path = segment.path()](Stage& stage) { holdLock(stage, path); },
          [path = segment.path()](Stage& stage) { awaitLock(stage, path); }, SYS_fcntl};
}

}  // namespace sluice::bench
