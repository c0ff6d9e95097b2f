// What the short way of a claim and of a publish needs, so that neither is a call.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"

SLUICE_BEGIN_C

// For the inline functions of producer.h alone. These structs stay as they are; what the library
// stores in them decides whether the short ways are taken.

/// Where a producer stands. Shared by the library and the inline functions, in one thread.
typedef struct sluice_producer_run {
  unsigned char* claim_end;    ///< the slot that the next claim takes
  unsigned char* run_end;      ///< after the last slot that may be claimed without asking
  unsigned char* publish_end;  ///< the slot of the next record to publish; one of no ring where
                               ///< each publish is the library's
  uint64_t published;          ///< the sequence published last
  const uint64_t* doorbell;    ///< bit 32 is set while somebody asks for a wake
  uint64_t* cursor;            ///< what the others see of what is published
} sluice_producer_run;

/// What the memory of every sluice_producer begins with.
typedef struct sluice_producer_head {
  sluice_producer_run* run;
  size_t stride;        ///< bytes from one slot to the next
  size_t offset;        ///< bytes from the start of a slot to its record
  size_t prefetch;      ///< how many bytes ahead of a claim its line is asked for
  uint64_t is_stamped;  ///< a slot begins with 1 + the sequence of its record
} sluice_producer_head;

SLUICE_END_C
