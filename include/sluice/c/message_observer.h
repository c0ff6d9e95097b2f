// The role that reads messages by copying, and that nobody waits for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sluice/c/linkage.h"
#include "sluice/c/message_consumer.h"
#include "sluice/c/observer.h"
#include "sluice/c/options.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::MessageObserver.
typedef struct sluice_message_observer sluice_message_observer;

/// options->record is null. Errors: as sluice_message_consumer_attach, less in use and full.
SLUICE_API int sluice_message_observer_attach(const char* name,
                                              const sluice_observer_options* options,
                                              sluice_message_observer** observer);
/// Null: no effect.
SLUICE_API int sluice_message_observer_destroy(sluice_message_observer* observer);

/// The next message, which lies in the observer until its next call. `seen` may be null; it is
/// filled without success too. Errors: system where there is no memory for the message; the next
/// call tries it again.
SLUICE_API int sluice_message_observer_wait(sluice_message_observer* observer, int64_t deadline_ns,
                                            sluice_message* message, sluice_observation* seen);

SLUICE_API uint64_t sluice_message_observer_capacity(const sluice_message_observer* observer);
SLUICE_API uint64_t sluice_message_observer_next(const sluice_message_observer* observer);
SLUICE_API bool sluice_message_observer_is_named(const sluice_message_observer* observer);

SLUICE_END_C
