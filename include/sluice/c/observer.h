// The role that reads records by copying, and that nobody waits for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/options.h"
#include "sluice/c/record.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::UntypedObserver.
typedef struct sluice_observer sluice_observer;

/// What an observer saw. This struct stays as it is.
typedef struct sluice_observation {
  uint64_t sequence;  ///< of the record; without one, what would come next
  uint64_t lost;      ///< records overwritten between the last one returned and this one
} sluice_observation;

/// Errors: as sluice_consumer_attach, less in use and full.
SLUICE_API int sluice_observer_attach(const char* name, const sluice_observer_options* options,
                                      sluice_observer** observer);
/// Null: no effect.
SLUICE_API int sluice_observer_destroy(sluice_observer* observer);

/// Copies the next record to `size` bytes at `record`, which are at least the record's. Without
/// success what lies there means nothing. `seen` may be null; it is filled without success too.
SLUICE_API int sluice_observer_read(sluice_observer* observer, void* record, size_t size,
                                    int64_t deadline_ns, sluice_observation* seen);

/// Valid as long as the handle; null of a null handle.
SLUICE_API const sluice_record* sluice_observer_record(const sluice_observer* observer);
SLUICE_API int sluice_observer_slot_layout(const sluice_observer* observer);
SLUICE_API uint64_t sluice_observer_capacity(const sluice_observer* observer);
/// The sequence that the next read looks for first.
SLUICE_API uint64_t sluice_observer_next(const sluice_observer* observer);
SLUICE_API bool sluice_observer_is_named(const sluice_observer* observer);

SLUICE_END_C
