// A shared, padded sequence: the last one its owner has published.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "format/header.hpp"

namespace sluice::detail {

// offset  size  field
//      0     8  sequence
//      8   120  reserved
struct alignas(lineSpacing) Cursor {
  std::atomic<std::uint64_t> sequence;
  std::array<std::uint8_t, 120> reserved;
};

static_assert(offsetof(Cursor, sequence) == 0);
static_assert(offsetof(Cursor, reserved) == 8);
static_assert(sizeof(Cursor) == lineSpacing);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// offset  size  field
//      0     8  pid
//      8     8  startTime
//     16     8  pidNamespace
struct SharedIdentity {
  std::atomic<std::uint64_t> pid;
  std::atomic<std::uint64_t> startTime;
  std::atomic<std::uint64_t> pidNamespace;
};

static_assert(offsetof(SharedIdentity, pid) == 0);
static_assert(offsetof(SharedIdentity, startTime) == 8);
static_assert(offsetof(SharedIdentity, pidNamespace) == 16);
static_assert(sizeof(SharedIdentity) == 24);

}  // namespace sluice::detail
