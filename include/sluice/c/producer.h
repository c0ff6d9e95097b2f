// The role that writes a stream of records.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/options.h"
#include "sluice/c/producer_run.h"
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

/// At least one record and at most `n`: as many as there is room for once there is room for one,
/// and not past the end of the ring.
SLUICE_API int sluice_producer_claim(sluice_producer* producer, size_t n, int64_t deadline_ns,
                                     sluice_claim* claim);

/// Room for one record: SLUICE_OK once the next claim of one takes it without waiting.
SLUICE_API int sluice_producer_make_room(sluice_producer* producer, int64_t deadline_ns);

/// The next record, to be written: waits for it until the deadline while the ring is full.
SLUICE_INLINE int sluice_producer_claim_one(sluice_producer* producer, int64_t deadline_ns,
                                            void** record) {
  const sluice_producer_head* const head = (const sluice_producer_head*)producer;
  if (record == NULL) return sluice_producer_claim(producer, 1, deadline_ns, NULL);
  if (!SLUICE_LIKELY(head != NULL && head->run->claim_end != head->run->run_end)) {
    const int status = sluice_producer_make_room(producer, deadline_ns);
    if (status != SLUICE_OK) {
      *record = NULL;
      return status;
    }
  }
  unsigned char* const slot = head->run->claim_end;
#if defined(__x86_64__)
  __asm__ volatile("prefetchw %0" : : "m"(slot[head->prefetch]));
#else
  __builtin_prefetch(slot + head->prefetch, 1);
#endif
  head->run->claim_end = slot + head->stride;
  *record = slot + head->offset;
  return SLUICE_OK;
}

/// Publishes the first `n` of what is claimed, or all if that is less. SLUICE_OK, also where that
/// is nothing; closed, detached.
SLUICE_API int sluice_producer_publish_first(sluice_producer* producer, size_t n);
/// Wakes the threads that wait for what is published. The rest of a publish that has found its
/// doorbell armed.
SLUICE_API int sluice_producer_wake(sluice_producer* producer);

/// Publishes all that is claimed, and wakes the threads that wait for it. SLUICE_OK, also where
/// that is nothing; closed, detached.
SLUICE_INLINE int sluice_producer_publish(sluice_producer* producer) {
  const sluice_producer_head* const head = (const sluice_producer_head*)producer;
  if (!SLUICE_LIKELY(head != NULL && head->run->publish_end + head->stride == head->run->claim_end))
    return sluice_producer_publish_first(producer, SIZE_MAX / 2);
  sluice_producer_run* const run = head->run;
  unsigned char* const slot = run->publish_end;
  const uint64_t next = run->published + 1;
  if (SLUICE_LIKELY(head->is_stamped))
    __atomic_store_n((uint64_t*)(void*)slot, next + 1, __ATOMIC_RELEASE);  // [P1] pairs with [S1]
  else
    __atomic_store_n(run->cursor, next, __ATOMIC_RELEASE);  // [P1] pairs with [W1] [W4] [G1]
  run->publish_end = slot + head->stride;
  run->published = next;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);  // [P2] pairs with [W3]
  const uint64_t doorbell =
      __atomic_load_n(run->doorbell, __ATOMIC_RELAXED);  // [P3] pairs with [W2]
  const uint64_t armed = UINT64_C(1) << 32;
  return SLUICE_LIKELY((doorbell & armed) == 0) ? SLUICE_OK : sluice_producer_wake(producer);
}

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
