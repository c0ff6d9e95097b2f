// What the producer says of itself and of the stream.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "format/cursor.hpp"

namespace sluice::detail {

enum class ProducerState : std::uint32_t {
  none = 0,    ///< being built
  live = 1,    ///< a producer holds the ring, or died holding it: its lease tells
  left = 2,    ///< it went without closing the stream; another may go on
  closed = 3,  ///< the stream has ended for good
};

// offset  size  field
//      0   128  cursor
//    128   128  claimed
//    256   128  limit
//    384     8  term
//    392     4  state
//    396     4  reserved0
//    400    24  identity
//    424     8  fullWaits
//    432     8  sleeps
//    440     8  wakes
//    448     8  payloadLimit
//    456     8  payloadWaits
//    464     8  attachedAt
//    472     8  waitedAt
//    480     8  endedAt
//    488  3608  reserved
struct ProducerPage {
  Cursor cursor;
  Cursor claimed;  ///< the highest sequence ever taken to write; never goes back
  Cursor limit;    ///< the highest that may be taken before the consumers are looked at again
  std::atomic<std::uint64_t> term;  ///< counts the producers of this segment, from 1
  std::atomic<ProducerState> state;
  std::uint32_t reserved0;
  SharedIdentity identity;
  std::atomic<std::uint64_t> fullWaits;     ///< how often a look for a slot found the ring full
  std::atomic<std::uint64_t> sleeps;        ///< how often it slept
  std::atomic<std::uint64_t> wakes;         ///< how often it answered its doorbell
  std::atomic<std::uint64_t> payloadLimit;  ///< as limit, of payload; 0 for records
  std::atomic<std::uint64_t> payloadWaits;  ///< how often a look for room for a payload found none
  // Nanoseconds since boot (CLOCK_MONOTONIC); 0 is never.
  std::atomic<std::uint64_t> attachedAt;
  std::atomic<std::uint64_t> waitedAt;  ///< when it last began to sleep for room
  std::atomic<std::uint64_t> endedAt;   ///< when it left or closed the stream
  std::array<std::uint8_t, 3608> reserved;
};

static_assert(offsetof(ProducerPage, cursor) == 0);
static_assert(offsetof(ProducerPage, claimed) == 128);
static_assert(offsetof(ProducerPage, limit) == 256);
static_assert(offsetof(ProducerPage, term) == 384);
static_assert(offsetof(ProducerPage, state) == 392);
static_assert(offsetof(ProducerPage, reserved0) == 396);
static_assert(offsetof(ProducerPage, identity) == 400);
static_assert(offsetof(ProducerPage, fullWaits) == 424);
static_assert(offsetof(ProducerPage, sleeps) == 432);
static_assert(offsetof(ProducerPage, wakes) == 440);
static_assert(offsetof(ProducerPage, payloadLimit) == 448);
static_assert(offsetof(ProducerPage, payloadWaits) == 456);
static_assert(offsetof(ProducerPage, attachedAt) == 464);
static_assert(offsetof(ProducerPage, waitedAt) == 472);
static_assert(offsetof(ProducerPage, endedAt) == 480);
static_assert(offsetof(ProducerPage, reserved) == 488);
static_assert(sizeof(ProducerPage) == sectionAlignment);

}  // namespace sluice::detail
