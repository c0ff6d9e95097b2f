// The reader of every ring of records whose name matches a pattern.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/options.h"
#include "sluice/c/record.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::FanInOptions; and how rings are merged.
typedef struct sluice_fan_in_options {
  size_t struct_size;
  const sluice_record* record;  ///< what each ring's has to be; null is any. Not for messages
  const char* name;             ///< of the consumer in every ring; null is none
  int start_at;                 ///< a sluice_start_at; 0 is SLUICE_OLDEST
  int without_producer;         ///< a sluice_without_producer; 0 is SLUICE_STAY
  int on_death;                 ///< a sluice_on_death
  int remove_closed;            ///< not 0: takes a closed segment's name away once all is committed
  int64_t evict_after_ns;
  uint64_t max_batch;  ///< records of one ring that a wait returns at most; 0 is 256
  const char* directory;
  sluice_wait_strategy wait_strategy;
  uint32_t memory;  ///< of sluice_memory
  /// Null: the rings are read in turn. Else they are merged by the time that this says of a record,
  /// or of a message: it is called by the thread that waits, with where that lies, its size, and
  /// time_context.
  int64_t (*time)(const void* bytes, size_t size, void* time_context);
  void* time_context;
  int64_t quiet_limit_ns;  ///< how long a ring that has nothing holds the others back; 0 is 100 ms
} sluice_fan_in_options;

/// What an event tells.
enum sluice_fan_in_news {
  SLUICE_NOTHING = 0,
  SLUICE_RECORDS = 1,  ///< the next batch of a ring
  SLUICE_ENDED = 2,    ///< a ring's stream has ended, and `status` says why; all of it was given
  SLUICE_REFUSED = 3   ///< something was to be done with a name and could not be: `status` and
                       ///< `error` say why
};

/// What a wait returned. What it refers to is valid until the next wait. This struct stays as it
/// is.
typedef struct sluice_fan_in_event {
  int news;                     ///< a sluice_fan_in_news
  int status;                   ///< of SLUICE_ENDED and SLUICE_REFUSED
  const char* ring;             ///< the segment's name; "" without news
  uint64_t ring_number;         ///< from 0 in the order of joining; no other ring gets it
  sluice_lost_records lost;     ///< of the ring, as far as the fan-in's name was never given it
  const char* error;            ///< of SLUICE_REFUSED the text; else ""
  sluice_batch batch;           ///< of SLUICE_RECORDS
  const sluice_record* record;  ///< of SLUICE_RECORDS: the ring's
} sluice_fan_in_event;

/// As sluice::FanIn, of records whose type is a value. Used by one thread at a time.
typedef struct sluice_fan_in sluice_fan_in;

/// Joins the rings that are there, and goes on looking. In the pattern `*` stands for any bytes and
/// `?` for one. Errors: invalid argument, not found (the directory), denied, system.
SLUICE_API int sluice_fan_in_open(const char* pattern, const sluice_fan_in_options* options,
                                  sluice_fan_in** fan_in);
/// Leaves every ring. Null: no effect.
SLUICE_API int sluice_fan_in_destroy(sluice_fan_in* fan_in);

/// The next event; SLUICE_OK with one.
SLUICE_API int sluice_fan_in_wait(sluice_fan_in* fan_in, int64_t deadline_ns,
                                  sluice_fan_in_event* event);
/// Says "I am done" with all that was given of the ring of the last event, or of all rings.
SLUICE_API int sluice_fan_in_commit(sluice_fan_in* fan_in);
SLUICE_API int sluice_fan_in_commit_all(sluice_fan_in* fan_in);
/// How many rings it has joined and not told as ended.
SLUICE_API size_t sluice_fan_in_size(const sluice_fan_in* fan_in);
/// How many records were given after one of a later time.
SLUICE_API uint64_t sluice_fan_in_late(const sluice_fan_in* fan_in);

/// As sluice_consumer_ready_descriptor.
SLUICE_API int sluice_fan_in_ready_descriptor(sluice_fan_in* fan_in, int* descriptor);
SLUICE_API int sluice_fan_in_arm(sluice_fan_in* fan_in);

SLUICE_END_C
