// The role that writes a stream of records.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/options.h"
#include "sluice/c/record.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::UntypedProducer.
typedef struct sluice_producer sluice_producer;

/// Creates the segment `name` for records of options->record. Errors: already exists, in use,
/// invalid argument, full, denied, system.
SLUICE_API int sluice_producer_create(const char* name, const sluice_producer_options* options,
                                      sluice_producer** producer);

/// Continues a segment, at exactly the record after the last published. Errors: not found, in use
/// (a producer lives), ended, record mismatch, not a segment, incompatible, timed out, denied,
/// system.
SLUICE_API int sluice_producer_open(const char* name, const sluice_open_options* options,
                                    sluice_producer** producer);

/// Continues the segment if there is one, else creates it.
SLUICE_API int sluice_producer_create_or_open(const char* name,
                                              const sluice_producer_options* options,
                                              sluice_producer** producer);

/// Leaves the stream open for a successor. Null: no effect. In a forked child it gives back memory
/// and touches nothing of the parent's.
SLUICE_API int sluice_producer_destroy(sluice_producer* producer);

/// The next record, to be written: waits for it until the deadline while the ring is full.
SLUICE_API int sluice_producer_claim_one(sluice_producer* producer, int64_t deadline_ns,
                                         void** record);

/// At least one record and at most `n`: as many as there is room for once there is room for one,
/// and not past the end of the ring.
SLUICE_API int sluice_producer_claim(sluice_producer* producer, size_t n, int64_t deadline_ns,
                                     sluice_claim* claim);

/// Publishes all that is claimed. SLUICE_OK, also where that is nothing; closed, detached.
SLUICE_API int sluice_producer_publish(sluice_producer* producer);
/// The first `n` of what is claimed, or all if that is less.
SLUICE_API int sluice_producer_publish_first(sluice_producer* producer, size_t n);
/// Gives back what is claimed and not published.
SLUICE_API int sluice_producer_abandon(sluice_producer* producer);

/// Copies `n` records in that lie `distance` bytes apart, across the end of the ring too, and
/// publishes them and what was claimed before. `sent`, which may be null, is how many of them;
/// fewer than `n` only with the status that says why.
SLUICE_API int sluice_producer_send(sluice_producer* producer, const void* records, size_t distance,
                                    size_t n, int64_t deadline_ns, size_t* sent);

/// Ends the stream for good. What is claimed and not published is given up. Again: no effect.
SLUICE_API int sluice_producer_close(sluice_producer* producer);

/// Waits until consumers of all these names are there.
SLUICE_API int sluice_producer_wait_for_consumers(sluice_producer* producer,
                                                  const char* const* names, size_t count,
                                                  int64_t deadline_ns);

/// The record as the segment tells it, without padding fields; valid as long as the handle. Null of
/// a null handle.
SLUICE_API const sluice_record* sluice_producer_record(const sluice_producer* producer);
/// A sluice_slot_layout; bytes from one record of a claim to the next; slots in the ring. 0 of a
/// null handle.
SLUICE_API int sluice_producer_slot_layout(const sluice_producer* producer);
SLUICE_API size_t sluice_producer_stride(const sluice_producer* producer);
SLUICE_API uint64_t sluice_producer_capacity(const sluice_producer* producer);
/// Before the first record of the ring, the sequence before that.
SLUICE_API uint64_t sluice_producer_last_published(const sluice_producer* producer);
SLUICE_API uint64_t sluice_producer_last_claimed(const sluice_producer* producer);
/// True while the segment's name still means this one. Costs system calls.
SLUICE_API bool sluice_producer_is_named(const sluice_producer* producer);

/// A descriptor for an event loop, which becomes readable when a claim has room; the caller neither
/// reads nor closes it. arm returns SLUICE_OK where there is room already, timed out while there is
/// not, or why there never will be.
SLUICE_API int sluice_producer_ready_descriptor(sluice_producer* producer, int* descriptor);
SLUICE_API int sluice_producer_arm(sluice_producer* producer);

SLUICE_END_C
