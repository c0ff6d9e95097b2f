// The role that reads every record in place, and that the producer waits for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/options.h"
#include "sluice/c/record.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::UntypedConsumer.
typedef struct sluice_consumer sluice_consumer;

/// Attaches to the segment `name`. Errors: not found, record mismatch, in use (a living consumer of
/// that name), full, not a segment, incompatible, invalid argument, timed out, denied, system.
SLUICE_API int sluice_consumer_attach(const char* name, const sluice_consumer_options* options,
                                      sluice_consumer** consumer);

/// Leaves; a held row stays held. Null: no effect.
SLUICE_API int sluice_consumer_destroy(sluice_consumer* consumer);

/// The records after those it returned before: waits until there is at least one, and returns as
/// many as are there, at most max_batch and not past the end of the ring.
SLUICE_API int sluice_consumer_wait(sluice_consumer* consumer, int64_t deadline_ns,
                                    sluice_batch* batch);

/// Says "I am done" with all that was returned, or with the first `n` records of the last batch.
/// Evicted: what was returned since the last good commit is void. Attaching again under the same
/// name tells, as lost, which records the name was not given.
SLUICE_API int sluice_consumer_commit(sluice_consumer* consumer);
SLUICE_API int sluice_consumer_commit_first(sluice_consumer* consumer, size_t n);
/// The same of the records up to that sequence, of all that were returned; never back.
SLUICE_API int sluice_consumer_commit_up_to(sluice_consumer* consumer, uint64_t sequence);
/// The next wait begins after the last commit again.
SLUICE_API int sluice_consumer_rewind(sluice_consumer* consumer);
/// Gives the row and the name up for good, a held row too.
SLUICE_API int sluice_consumer_resign(sluice_consumer* consumer);

/// Why the last wait returned nothing.
SLUICE_API int sluice_consumer_status(const sluice_consumer* consumer);
/// Valid as long as the handle; null of a null handle.
SLUICE_API const sluice_record* sluice_consumer_record(const sluice_consumer* consumer);
SLUICE_API const char* sluice_consumer_name(const sluice_consumer* consumer);
SLUICE_API int sluice_consumer_slot_layout(const sluice_consumer* consumer);
SLUICE_API size_t sluice_consumer_stride(const sluice_consumer* consumer);
SLUICE_API uint64_t sluice_consumer_capacity(const sluice_consumer* consumer);
/// How many records are published and not committed.
SLUICE_API uint64_t sluice_consumer_lag(const sluice_consumer* consumer);
/// The sequence that the next wait begins at.
SLUICE_API uint64_t sluice_consumer_next(const sluice_consumer* consumer);
SLUICE_API uint64_t sluice_consumer_last_committed(const sluice_consumer* consumer);
/// Which records this consumer's name was never given.
SLUICE_API sluice_lost_records sluice_consumer_lost(const sluice_consumer* consumer);
SLUICE_API bool sluice_consumer_is_named(const sluice_consumer* consumer);

/// A descriptor for an event loop, which becomes readable when a wait has something; the caller
/// neither reads nor closes it. arm returns SLUICE_OK where it has already, timed out while it has
/// not, or why it never will.
SLUICE_API int sluice_consumer_ready_descriptor(sluice_consumer* consumer, int* descriptor);
SLUICE_API int sluice_consumer_arm(sluice_consumer* consumer);

SLUICE_END_C
