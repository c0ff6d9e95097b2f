// The ends of a stream, written in C.
#pragma once

#include <sluice.h>
#include <stdint.h>

SLUICE_BEGIN_C

/// Eight words, all of them written and all of them summed.
typedef struct bench_record {
  uint64_t word[8];
} bench_record;

typedef struct bench_tally {
  uint64_t next;
  uint64_t sum;
  uint64_t mismatches;
} bench_tally;

/// Writes the records 0 to `records` - 1, so many at once. 0, or the status of the call that
/// failed.
int bench_write(sluice_producer* producer, uint64_t records, uint64_t batch);
/// Reads as many.
int bench_read(sluice_consumer* consumer, uint64_t records, bench_tally* tally);

SLUICE_END_C
