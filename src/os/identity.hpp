// Which process it is, in numbers that another process can check.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sluice/result.hpp"
#include "sluice/segment_id.hpp"

namespace sluice::detail {

/// Names a process for people; never used to decide whether it lives (a lease does that).
struct ProcessIdentity {
  std::uint64_t pid = 0;        ///< as its own namespace counts it; 0 is nobody
  std::uint64_t startTime = 0;  ///< clock ticks after boot, field 22 of /proc/self/stat; 0 unknown
  std::uint64_t pidNamespace = 0;  ///< inode of /proc/self/ns/pid; 0 unknown

  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

/// The calling process. Looked up anew in a forked child.
ProcessIdentity currentProcess();

using BootId = std::array<std::uint8_t, 16>;

/// This boot of the machine (/proc/sys/kernel/random/boot_id); all zero where it cannot be read.
BootId currentBoot();

using sluice::SegmentId;

/// 128 bits that nobody could have guessed.
Result<SegmentId> randomSegmentId();

/// As 32 hexadecimal digits.
std::string inHex(const SegmentId& id);

/// "pid 4711", or "pid 4711 of another pid namespace" where it is not the caller's.
std::string describe(const ProcessIdentity& process);

}  // namespace sluice::detail
