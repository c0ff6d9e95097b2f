// The role that writes a stream of messages.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/options.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::MessageProducer.
typedef struct sluice_message_producer sluice_message_producer;

/// options->payload_bytes or options->capacity must be chosen. Errors: as sluice_producer_create.
SLUICE_API int sluice_message_producer_create(const char* name,
                                              const sluice_producer_options* options,
                                              sluice_message_producer** producer);
/// Errors: as sluice_producer_open; record mismatch for a segment of records.
SLUICE_API int sluice_message_producer_open(const char* name, const sluice_open_options* options,
                                            sluice_message_producer** producer);
SLUICE_API int sluice_message_producer_create_or_open(const char* name,
                                                      const sluice_producer_options* options,
                                                      sluice_message_producer** producer);
/// Leaves the stream open for a successor. Null: no effect.
SLUICE_API int sluice_message_producer_destroy(sluice_message_producer* producer);

/// Room for a message of at most `size` bytes, aligned to 8. It is finished before the next claim,
/// which takes its place otherwise. Too large, all claimed: such a message cannot be had.
SLUICE_API int sluice_message_producer_claim(sluice_message_producer* producer, size_t size,
                                             int64_t deadline_ns, void** bytes);
/// The message is the first `size` of the bytes that were claimed last; the others go back. Errors:
/// invalid argument for more than were claimed, and without a claim that is open.
SLUICE_API int sluice_message_producer_finish(sluice_message_producer* producer, size_t size,
                                              uint32_t kind);
/// Publishes all claims that are finished. SLUICE_OK, also where there are none; closed, detached.
SLUICE_API int sluice_message_producer_publish(sluice_message_producer* producer);
/// Gives back what is claimed and not published, finished or not.
SLUICE_API int sluice_message_producer_abandon(sluice_message_producer* producer);
/// Copies a message in and publishes it, and with it all claims that are finished.
SLUICE_API int sluice_message_producer_send(sluice_message_producer* producer, const void* bytes,
                                            size_t size, uint32_t kind, int64_t deadline_ns);
/// Ends the stream for good. Again: no effect.
SLUICE_API int sluice_message_producer_close(sluice_message_producer* producer);
SLUICE_API int sluice_message_producer_wait_for_consumers(sluice_message_producer* producer,
                                                          const char* const* names, size_t count,
                                                          int64_t deadline_ns);

/// Messages in flight. 0 of a null handle.
SLUICE_API uint64_t sluice_message_producer_capacity(const sluice_message_producer* producer);
/// Bytes of the payload region, of the longest message, and of the longest that lies in its slot.
SLUICE_API uint64_t sluice_message_producer_payload_bytes(const sluice_message_producer* producer);
SLUICE_API uint64_t sluice_message_producer_longest(const sluice_message_producer* producer);
SLUICE_API uint64_t
sluice_message_producer_longest_in_slot(const sluice_message_producer* producer);
SLUICE_API uint64_t sluice_message_producer_last_published(const sluice_message_producer* producer);
SLUICE_API uint64_t sluice_message_producer_last_finished(const sluice_message_producer* producer);
SLUICE_API bool sluice_message_producer_is_named(const sluice_message_producer* producer);

/// As sluice_producer_ready_descriptor; arm asks for room for so many bytes.
SLUICE_API int sluice_message_producer_ready_descriptor(sluice_message_producer* producer,
                                                        int* descriptor);
SLUICE_API int sluice_message_producer_arm(sluice_message_producer* producer, size_t size);

SLUICE_END_C
