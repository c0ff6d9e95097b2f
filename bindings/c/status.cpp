#include "sluice/c/status.h"

#include <chrono>
#include <cstdlib>

#include "c/last_error.hpp"

// The numbers are those of the C++ enumerations, in their order.
static_assert(sluice::c::numberOf(sluice::Status::ok) == SLUICE_OK);
static_assert(sluice::c::numberOf(sluice::Status::timedOut) == SLUICE_TIMED_OUT);
static_assert(sluice::c::numberOf(sluice::Status::stopped) == SLUICE_STOPPED);
static_assert(sluice::c::numberOf(sluice::Status::closed) == SLUICE_CLOSED);
static_assert(sluice::c::numberOf(sluice::Status::peerLeft) == SLUICE_PEER_LEFT);
static_assert(sluice::c::numberOf(sluice::Status::peerDied) == SLUICE_PEER_DIED);
static_assert(sluice::c::numberOf(sluice::Status::evicted) == SLUICE_EVICTED);
static_assert(sluice::c::numberOf(sluice::Status::corrupt) == SLUICE_CORRUPT);
static_assert(sluice::c::numberOf(sluice::Status::detached) == SLUICE_DETACHED);
static_assert(sluice::c::numberOf(sluice::Status::tooLarge) == SLUICE_TOO_LARGE);
static_assert(sluice::c::numberOf(sluice::Status::allClaimed) == SLUICE_ALL_CLAIMED);

using sluice::ErrorCode;
static_assert(sluice::c::numberOf(ErrorCode::invalidArgument) == SLUICE_ERROR_INVALID_ARGUMENT);
static_assert(sluice::c::numberOf(ErrorCode::notFound) == SLUICE_ERROR_NOT_FOUND);
static_assert(sluice::c::numberOf(ErrorCode::alreadyExists) == SLUICE_ERROR_ALREADY_EXISTS);
static_assert(sluice::c::numberOf(ErrorCode::inUse) == SLUICE_ERROR_IN_USE);
static_assert(sluice::c::numberOf(ErrorCode::full) == SLUICE_ERROR_FULL);
static_assert(sluice::c::numberOf(ErrorCode::denied) == SLUICE_ERROR_DENIED);
static_assert(sluice::c::numberOf(ErrorCode::notASegment) == SLUICE_ERROR_NOT_A_SEGMENT);
static_assert(sluice::c::numberOf(ErrorCode::incompatible) == SLUICE_ERROR_INCOMPATIBLE);
static_assert(sluice::c::numberOf(ErrorCode::recordMismatch) == SLUICE_ERROR_RECORD_MISMATCH);
static_assert(sluice::c::numberOf(ErrorCode::ended) == SLUICE_ERROR_ENDED);
static_assert(sluice::c::numberOf(ErrorCode::timedOut) == SLUICE_ERROR_TIMED_OUT);
static_assert(sluice::c::numberOf(ErrorCode::stopped) == SLUICE_ERROR_STOPPED);
static_assert(sluice::c::numberOf(ErrorCode::system) == SLUICE_ERROR_SYSTEM);

const char* sluice_status_name(int status) {
  if (status >= SLUICE_OK) return sluice::nameOf(static_cast<sluice::Status>(status));
  return sluice::nameOf(static_cast<ErrorCode>(-1 - status));
}

int64_t sluice_deadline_after(int64_t nanoseconds) {
  const std::int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count();
  if (nanoseconds <= 0) return SLUICE_NOW;
  return nanoseconds < SLUICE_FOREVER - now ? now + nanoseconds : SLUICE_FOREVER;
}

const char* sluice_version() {
  return SLUICE_VERSION;
}

void sluice_free(void* memory) {
  std::free(memory);
}
