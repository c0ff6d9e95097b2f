// How calls of the C interface went, and why they failed.
#pragma once

#include <stdint.h>

#include "sluice/c/linkage.h"

SLUICE_BEGIN_C

/// The numbers stay as they are. The names are those of sluice::Status and sluice::ErrorCode.
enum sluice_status {
  SLUICE_OK = 0,

  /// These end one call.
  SLUICE_TIMED_OUT = 1,  ///< the deadline passed first, or a try found nothing
  SLUICE_STOPPED = 2,    ///< of a stop word that is a member of a wait set

  /// These end the stream, as this participant sees it.
  SLUICE_CLOSED = 3,     ///< the producer closed the stream, and everything published was returned
  SLUICE_PEER_LEFT = 4,  ///< the participant waited for left in order, without closing the stream
  SLUICE_PEER_DIED = 5,  ///< the process of the participant waited for is gone
  SLUICE_EVICTED = 6,    ///< the producer went on without this consumer
  SLUICE_CORRUPT = 7,    ///< shared memory holds what no participant writes
  SLUICE_DETACHED = 8,   ///< this is a forked child of the process that attached

  /// What was asked for cannot be had, now or ever.
  SLUICE_TOO_LARGE = 9,     ///< a message longer than the ring may hold, however empty it is
  SLUICE_ALL_CLAIMED = 10,  ///< what is claimed and not published leaves no room

  /// Errors: what was wrong is in sluice_last_error().
  SLUICE_ERROR_INVALID_ARGUMENT = -1,  ///< an argument or option is wrong; nothing was touched
  SLUICE_ERROR_NOT_FOUND = -2,         ///< no segment of that name
  SLUICE_ERROR_ALREADY_EXISTS = -3,    ///< the name is taken
  SLUICE_ERROR_IN_USE = -4,         ///< a living participant, or a held row, has what was asked for
  SLUICE_ERROR_FULL = -5,           ///< no free row, or no room in the file system
  SLUICE_ERROR_DENIED = -6,         ///< the kernel refused for lack of permission
  SLUICE_ERROR_NOT_A_SEGMENT = -7,  ///< no Sluice segment, or its header is damaged
  SLUICE_ERROR_INCOMPATIBLE = -8,   ///< another format version, byte order or wake protocol
  SLUICE_ERROR_RECORD_MISMATCH = -9,  ///< the record differs from the one of the segment
  SLUICE_ERROR_ENDED = -10,           ///< the stream was closed for good
  SLUICE_ERROR_TIMED_OUT = -11,       ///< the deadline passed before the set-up was done
  SLUICE_ERROR_STOPPED = -12,         ///< a stop was requested
  SLUICE_ERROR_SYSTEM = -13           ///< any other failure of a system call, or no memory
};

/// The status' own name, as in C++: "peerLeft", "notFound"; "unknown" of another number.
SLUICE_API const char* sluice_status_name(int status);

/// What the error has to say, each "" where that is nothing.
typedef struct sluice_error {
  int code;              ///< negative; 0 before the first error
  const char* message;   ///< all of it in one line, as in C++
  const char* segment;   ///< the segment's path, as used
  const char* field;     ///< the option, argument, header field or system call that is wrong
  const char* found;     ///< what was there
  const char* expected;  ///< what should have been
  const char* advice;    ///< what to do
} sluice_error;

/// The text of the last error that a call of this thread returned, with the text of the C++
/// exception; "" before the first. Valid until the thread's next error. A call that succeeds, or
/// returns a positive status, leaves it as it is.
SLUICE_API const char* sluice_last_error(void);

/// The same in its parts; never null.
SLUICE_API const sluice_error* sluice_last_error_parts(void);

/// Deadlines: a point of CLOCK_MONOTONIC in nanoseconds. One of the past, 0 and below among them,
/// only looks.
#define SLUICE_NOW INT64_C(0)
#define SLUICE_FOREVER INT64_MAX

/// The deadline that is so many nanoseconds from now; SLUICE_FOREVER where that is too far.
SLUICE_API int64_t sluice_deadline_after(int64_t nanoseconds);

/// The version of the library that runs: "0.1.0".
SLUICE_API const char* sluice_version(void);

/// Gives back what a function of this interface has allocated, and says so. Null: no effect.
SLUICE_API void sluice_free(void* memory);

SLUICE_END_C
