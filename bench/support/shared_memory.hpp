// Memory that a benchmark's processes share without a name.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <utility>

namespace sluice::bench {

/// Pages that every child forked later has too, touched once.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t size) : size_(size) {
    base_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE,
                   -1, 0);
    if (base_ == MAP_FAILED) throw std::bad_alloc();
  }
  ~SharedMemory() { ::munmap(base_, size_); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  void* base() const noexcept { return base_; }

 private:
  void* base_;
  std::size_t size_;
};

}  // namespace sluice::bench
