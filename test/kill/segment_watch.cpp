#include "segment_watch.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace sluice::kill {

bool SegmentWatch::hasChanged() {
  if (bytes_ == nullptr || std::memcmp(bytes_, last_.data(), last_.size()) == 0) return false;
  std::memcpy(last_.data(), bytes_, last_.size());
  return true;
}

void SegmentWatch::reopen() {
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return forget();
  struct stat facts {};
  const bool known = ::fstat(file, &facts) == 0 && facts.st_size > 0;
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const memory = known ? ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
  ::close(file);
  forget();
  if (memory == MAP_FAILED) return;
  bytes_ = static_cast<const std::byte*>(memory);
  last_.assign(bytes_, bytes_ + size);
}

void SegmentWatch::forget() noexcept {
  if (bytes_ != nullptr) ::munmap(const_cast<std::byte*>(bytes_), last_.size());
  bytes_ = nullptr;
}

}  // namespace sluice::kill
