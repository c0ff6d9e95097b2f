// The role that reads every message in place, and that the producer waits for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/options.h"
#include "sluice/c/record.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::MessageConsumer.
typedef struct sluice_message_consumer sluice_message_consumer;

/// A message. Its bytes lie side by side in the ring, aligned to 8, and are valid until the message
/// is committed. This struct stays as it is.
typedef struct sluice_message {
  const void* bytes;
  size_t size;
  uint64_t sequence;
  uint32_t kind;  ///< its producer's number for what it is
} sluice_message;

/// Messages of consecutive sequences. Valid until the next wait of what returned it, and while that
/// lives. This struct stays as it is.
typedef struct sluice_message_batch {
  const void* messages;  ///< for sluice_message_batch_at() alone
  size_t count;          ///< how many; 0 without success
  uint64_t first;        ///< the sequence of message 0; of an empty batch, what would come next
} sluice_message_batch;

/// The message of that index. Errors: invalid argument from batch->count on.
SLUICE_API int sluice_message_batch_at(const sluice_message_batch* batch, size_t index,
                                       sluice_message* message);

/// options->record is null. Errors: as sluice_consumer_attach; record mismatch for a segment of
/// records.
SLUICE_API int sluice_message_consumer_attach(const char* name,
                                              const sluice_consumer_options* options,
                                              sluice_message_consumer** consumer);
/// Leaves; a held row stays held. Null: no effect.
SLUICE_API int sluice_message_consumer_destroy(sluice_message_consumer* consumer);

/// As the calls of sluice_consumer, of messages.
SLUICE_API int sluice_message_consumer_wait(sluice_message_consumer* consumer, int64_t deadline_ns,
                                            sluice_message_batch* batch);
SLUICE_API int sluice_message_consumer_commit(sluice_message_consumer* consumer);
SLUICE_API int sluice_message_consumer_commit_first(sluice_message_consumer* consumer, size_t n);
SLUICE_API int sluice_message_consumer_commit_up_to(sluice_message_consumer* consumer,
                                                    uint64_t sequence);
SLUICE_API int sluice_message_consumer_rewind(sluice_message_consumer* consumer);
SLUICE_API int sluice_message_consumer_resign(sluice_message_consumer* consumer);

SLUICE_API int sluice_message_consumer_status(const sluice_message_consumer* consumer);
SLUICE_API const char* sluice_message_consumer_name(const sluice_message_consumer* consumer);
SLUICE_API uint64_t sluice_message_consumer_capacity(const sluice_message_consumer* consumer);
SLUICE_API uint64_t sluice_message_consumer_lag(const sluice_message_consumer* consumer);
SLUICE_API uint64_t sluice_message_consumer_next(const sluice_message_consumer* consumer);
SLUICE_API uint64_t sluice_message_consumer_last_committed(const sluice_message_consumer* consumer);
SLUICE_API sluice_lost_records
sluice_message_consumer_lost(const sluice_message_consumer* consumer);
SLUICE_API bool sluice_message_consumer_is_named(const sluice_message_consumer* consumer);

SLUICE_API int sluice_message_consumer_ready_descriptor(sluice_message_consumer* consumer,
                                                        int* descriptor);
SLUICE_API int sluice_message_consumer_arm(sluice_message_consumer* consumer);

SLUICE_END_C
