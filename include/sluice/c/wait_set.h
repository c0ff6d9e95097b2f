// Many rings in one thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sluice/c/consumer.h"
#include "sluice/c/linkage.h"
#include "sluice/c/message_consumer.h"
#include "sluice/c/message_observer.h"
#include "sluice/c/message_producer.h"
#include "sluice/c/observer.h"
#include "sluice/c/options.h"
#include "sluice/c/producer.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::WaitSet: waits for the next record of a reader, for room for a producer's next claim,
/// for a stop. It takes nothing itself.
typedef struct sluice_wait_set sluice_wait_set;

/// As sluice::StopWord: ends the waits of the sets that it is a member of, for good.
typedef struct sluice_stop_word sluice_stop_word;

/// A member for which there is something to do. This struct stays as it is.
typedef struct sluice_ready_member {
  size_t member;  ///< its number, as add gave it
  int status;     ///< SLUICE_OK: its next call has something. Else its stream has ended, and why
} sluice_ready_member;

/// The members that were ready in one look. Valid until the set's next wait, arm or add. This
/// struct stays as it is.
typedef struct sluice_ready_members {
  const sluice_ready_member* members;
  size_t count;  ///< 0 without success
} sluice_ready_members;

SLUICE_API int sluice_stop_word_create(sluice_stop_word** word);
/// It outlives its membership. Null: no effect.
SLUICE_API int sluice_stop_word_destroy(sluice_stop_word* word);
/// From any thread, and from a handler of signals. Again, or null: no effect.
SLUICE_API void sluice_stop_word_request(sluice_stop_word* word);
SLUICE_API bool sluice_stop_word_is_requested(const sluice_stop_word* word);

/// `strategy` may be null: the default.
SLUICE_API int sluice_wait_set_create(const sluice_wait_strategy* strategy, sluice_wait_set** set);
/// Null: no effect.
SLUICE_API int sluice_wait_set_destroy(sluice_wait_set* set);

/// Adds a member. It outlives its membership, which remove ends. `member`, which may be null, is
/// its number, the lowest that is free.
SLUICE_API int sluice_wait_set_add_producer(sluice_wait_set* set, sluice_producer* producer,
                                            size_t* member);
SLUICE_API int sluice_wait_set_add_consumer(sluice_wait_set* set, sluice_consumer* consumer,
                                            size_t* member);
SLUICE_API int sluice_wait_set_add_observer(sluice_wait_set* set, sluice_observer* observer,
                                            size_t* member);
/// Ready when there is room for a message of at most `size` bytes.
SLUICE_API int sluice_wait_set_add_message_producer(sluice_wait_set* set,
                                                    sluice_message_producer* producer, size_t size,
                                                    size_t* member);
SLUICE_API int sluice_wait_set_add_message_consumer(sluice_wait_set* set,
                                                    sluice_message_consumer* consumer,
                                                    size_t* member);
SLUICE_API int sluice_wait_set_add_message_observer(sluice_wait_set* set,
                                                    sluice_message_observer* observer,
                                                    size_t* member);
SLUICE_API int sluice_wait_set_add_stop_word(sluice_wait_set* set, sluice_stop_word* word,
                                             size_t* member);
/// A number that no member has: no effect.
SLUICE_API int sluice_wait_set_remove(sluice_wait_set* set, size_t member);
/// How many members it has; 0 of a null handle.
SLUICE_API size_t sluice_wait_set_size(const sluice_wait_set* set);

/// All members that are ready, waiting until there is one.
SLUICE_API int sluice_wait_set_wait(sluice_wait_set* set, int64_t deadline_ns,
                                    sluice_ready_members* ready);

/// A descriptor for an event loop; the caller neither reads nor closes it. arm makes it unreadable,
/// and readable once a member is ready; `ready`, which may be null, is what is already. SLUICE_OK
/// with members, timed out without.
SLUICE_API int sluice_wait_set_ready_descriptor(sluice_wait_set* set, int* descriptor);
SLUICE_API int sluice_wait_set_arm(sluice_wait_set* set, sluice_ready_members* ready);

SLUICE_END_C
