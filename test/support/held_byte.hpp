// A lock of one byte of a file.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

namespace sluice::testing {

/// Held as a participant's lease is, for as long as this object lives.
class HeldByte {
 public:
  HeldByte(const std::string& path, std::uint64_t byte, short type = F_WRLCK)
      : descriptor_(::open(path.c_str(), (type == F_WRLCK ? O_RDWR : O_RDONLY) | O_CLOEXEC)) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_start = static_cast<off_t>(byte);
    lock.l_len = 1;
    isHeld_ = ::fcntl(descriptor_, F_OFD_SETLK, &lock) == 0;
  }
  HeldByte(HeldByte&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), isHeld_(other.isHeld_) {}
  ~HeldByte() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  HeldByte(const HeldByte&) = delete;
  HeldByte& operator=(const HeldByte&) = delete;

  bool isHeld() const noexcept { return isHeld_; }

 private:
  int descriptor_;
  bool isHeld_ = false;
};

}  // namespace sluice::testing
