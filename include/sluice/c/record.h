// What a record is called and made of, as values.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"

SLUICE_BEGIN_C

/// What the bytes of a field mean.
enum sluice_field_kind {
  SLUICE_BYTES = 0,
  SLUICE_SIGNED_INTEGER = 1,
  SLUICE_UNSIGNED_INTEGER = 2,
  SLUICE_REAL = 3,
  SLUICE_TEXT = 4,
  SLUICE_BOOLEAN = 5
};

/// One field of a record.
typedef struct sluice_field {
  const char* name;  ///< at most 47 bytes; longer is cut. Of a nested member: "bid.price"
  size_t offset;     ///< bytes from the record's start
  size_t size;       ///< bytes of one element
  size_t count;      ///< elements; 1 unless the field is an array
  int kind;          ///< a sluice_field_kind
} sluice_field;

/// All that is checked of a record. This struct and sluice_field stay as they are.
typedef struct sluice_record {
  const char* name;            ///< at most 63 bytes; null and "" are no name
  size_t size;                 ///< bytes, padding at the end among them
  size_t alignment;            ///< a power of two that divides the size
  const sluice_field* fields;  ///< may be null where there are none
  size_t field_count;          ///< 0: the record is known by its name, size and alignment alone
} sluice_record;

/// A field of a C struct, and a field that is an array; `member` may be nested, as in C++:
///
///   SLUICE_RECORD_FIELD(quote, bid.price, SLUICE_REAL)
#define SLUICE_RECORD_FIELD(type, member, kind) \
  { #member, offsetof(type, member), sizeof(((type*)0)->member), 1, (kind) }
#define SLUICE_RECORD_ARRAY(type, member, kind)                            \
  {                                                                        \
#member, offsetof(type, member), sizeof(((type*)0)->member[0]),        \
        sizeof(((type*)0)->member) / sizeof(((type*)0)->member[0]), (kind) \
  }

/// How records lie in the ring.
enum sluice_slot_layout {
  SLUICE_STAMPED = 1,        ///< each slot is its stamp and the record
  SLUICE_PACKED = 2,         ///< records back to back: a batch is an array
  SLUICE_STAMPED_LINES = 3,  ///< stamped, each slot on whole cache lines
  SLUICE_MESSAGES = 4        ///< messages of any length
};

/// Records in place, as a wait gives them. They are contiguous slots: a batch never crosses the end
/// of the ring, and what is there beyond it is the next wait's. Valid until they are committed, and
/// while the handle lives. This struct stays as it is.
typedef struct sluice_batch {
  const void* base;  ///< record 0
  size_t stride;     ///< bytes from one record to the next
  size_t count;      ///< how many; 0 without success
  uint64_t first;    ///< the sequence of record 0; of an empty batch, what would come next
} sluice_batch;

/// The record of that index, which is below batch->count.
static inline const void* sluice_batch_record(const sluice_batch* batch, size_t index) {
  return (const unsigned char*)batch->base + index * batch->stride;
}

/// The same of records that are claimed, to be written. Valid until they are published or
/// abandoned. What is in them is what was there before. This struct stays as it is.
typedef struct sluice_claim {
  void* base;
  size_t stride;
  size_t count;
  uint64_t first;
} sluice_claim;

static inline void* sluice_claim_record(const sluice_claim* claim, size_t index) {
  return (unsigned char*)claim->base + index * claim->stride;
}

/// Records that were never given to a name: sequences first to first + count - 1.
typedef struct sluice_lost_records {
  uint64_t first;
  uint64_t count;
} sluice_lost_records;

SLUICE_END_C
