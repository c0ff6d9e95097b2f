// What a user of the C interface chooses when creating or attaching.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/record.h"

SLUICE_BEGIN_C

// Each struct of options begins with its own size, so that it can grow:
//
//   sluice_consumer_options options = {.struct_size = sizeof options, .name = "risk"};
//
// Zero, and so what is left out, is the default in every member. A null pointer to options is all
// defaults. A size that is smaller than the struct had in 0.1 is refused; so is a larger one than
// the library knows where what follows is not zero: that is an option which it does not have.
// Options are read during the call and not kept. No struct has padding.

/// What a waiter does while there is nothing for it; as sluice::WaitStrategy.
enum sluice_wait_kind {
  SLUICE_SPIN_THEN_SLEEP = 0,  ///< the default: sleeps after some 25 us
  SLUICE_BUSY_SPIN = 1,        ///< never gives the processor away
  SLUICE_SPIN_THEN_YIELD = 2,  ///< never sleeps, but lets others run
  SLUICE_SLEEP_AT_ONCE = 3,
  SLUICE_COUNTED = 4  ///< `spins` looks, then `yields` looks, then sleeps; UINT32_MAX is always
};
typedef struct sluice_wait_strategy {
  int kind;         ///< a sluice_wait_kind
  uint32_t spins;   ///< of SLUICE_COUNTED alone
  uint32_t yields;  ///< of SLUICE_COUNTED alone
} sluice_wait_strategy;

/// How a participant's memory is mapped, as sluice::MemoryOptions: any of these together.
enum sluice_memory {
  SLUICE_PREFAULT = 1,    ///< touch all pages now
  SLUICE_HUGE_PAGES = 2,  ///< ask for 2 MiB pages; a hint
  SLUICE_LOCK_PAGES = 4   ///< never swap them out; needs RLIMIT_MEMLOCK
};

/// What a producer does while no consumer gates it. 0 is the first.
enum sluice_without_consumers { SLUICE_RUN_ON = 1, SLUICE_WAIT_FOR_CONSUMERS = 2 };

/// How a publisher learns that a thread sleeps. 0 is membarrier where this process may use that,
/// else fence.
enum sluice_wake_protocol {
  SLUICE_WAKE_BY_FENCE = 1,
  SLUICE_WAKE_BY_MEMBARRIER = 2,
  SLUICE_WAKE_NOBODY = 3
};

/// What create does when the name is taken.
enum sluice_when_taken { SLUICE_FAIL = 0, SLUICE_REPLACE = 1, SLUICE_REPLACE_CLOSED = 2 };

/// Where in the stream a reader begins.
enum sluice_start_at { SLUICE_LATEST = 1, SLUICE_OLDEST = 2 };

/// What a reader does when the producer has left or died without closing the stream.
enum sluice_without_producer { SLUICE_END = 1, SLUICE_STAY = 2 };

/// Which segment of a name a reader attaches to. 0 is the first.
enum sluice_attach_to { SLUICE_ANY_SEGMENT = 1, SLUICE_LIVING_PRODUCER = 2 };

/// What a consumer's death, or leaving without resign, means for the producer. 0 is the first.
enum sluice_on_death { SLUICE_RELEASE = 1, SLUICE_HOLD = 2 };

/// As sluice::ProducerOptions.
typedef struct sluice_producer_options {
  size_t struct_size;
  const sluice_record* record;    ///< must be given, and not for messages
  uint64_t capacity;              ///< slots in the ring: a power of two; must be chosen for records
  uint64_t first_sequence;        ///< of the first record; at most 2^62
  int slot_layout;                ///< 0 is SLUICE_STAMPED; not for messages
  uint32_t max_consumers;         ///< 1 to 64; 0 is 64
  int without_consumers;          ///< a sluice_without_consumers
  int wake_protocol;              ///< a sluice_wake_protocol
  int when_taken;                 ///< a sluice_when_taken
  uint32_t mode;                  ///< permission bits of the segment, exactly; 0 is 0600
  const char* directory;          ///< null is /dev/shm
  int64_t take_over_deadline_ns;  ///< of create_or_open: as sluice_open_options has it
  sluice_wait_strategy wait_strategy;
  uint32_t memory;         ///< of sluice_memory
  uint64_t payload_bytes;  ///< of messages alone: a power of two from 4096 to 2^31; 0 is 1024 for
                           ///< each slot. Then capacity may be 0: one for each 1024 bytes
  uint64_t slot_size;      ///< of messages alone: a multiple of 64, at most 4096; 0 is 64
} sluice_producer_options;

/// For a producer that goes on with an existing segment; as sluice::OpenOptions.
typedef struct sluice_open_options {
  size_t struct_size;
  const sluice_record* record;  ///< what the segment's has to be; null is any. Not for messages
  const char* directory;
  int64_t take_over_deadline_ns;  ///< until when to wait for the producer before to be gone
  sluice_wait_strategy wait_strategy;
  uint32_t memory;  ///< of sluice_memory
} sluice_open_options;

/// As sluice::ConsumerOptions.
typedef struct sluice_consumer_options {
  size_t struct_size;
  const sluice_record* record;  ///< what the segment's has to be; null is any. Not for messages
  const char* name;             ///< at most 63 bytes, unique among the living; null is none
  int start_at;                 ///< a sluice_start_at; 0 is SLUICE_LATEST
  int without_producer;         ///< a sluice_without_producer; 0 is SLUICE_END
  int on_death;                 ///< a sluice_on_death; SLUICE_HOLD needs a name
  int attach_to;                ///< a sluice_attach_to
  int64_t evict_after_ns;       ///< how long the producer waits on a full ring for this consumer's
                                ///< next commit; 0 is for ever
  const char* const* after;     ///< the names of consumers that come first
  size_t after_count;           ///< at most 64
  int64_t appear_deadline_ns;   ///< until when to wait for the segment to appear, and for `after`
  uint64_t max_batch;           ///< records that a wait returns at most; 0 is 256
  const char* directory;
  sluice_wait_strategy wait_strategy;
  uint32_t memory;  ///< of sluice_memory
} sluice_consumer_options;

/// As sluice::ObserverOptions.
typedef struct sluice_observer_options {
  size_t struct_size;
  const sluice_record* record;  ///< what the segment's has to be; null is any. Not for messages
  int start_at;                 ///< a sluice_start_at; 0 is SLUICE_LATEST
  int without_producer;         ///< a sluice_without_producer; 0 is SLUICE_END
  int attach_to;                ///< a sluice_attach_to
  int reserved;                 ///< 0
  int64_t appear_deadline_ns;
  const char* directory;
  sluice_wait_strategy wait_strategy;
  uint32_t memory;  ///< of sluice_memory
} sluice_observer_options;

SLUICE_END_C
