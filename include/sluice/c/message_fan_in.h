// The reader of every ring of messages whose name matches a pattern.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sluice/c/fan_in.h"
#include "sluice/c/linkage.h"
#include "sluice/c/message_consumer.h"
#include "sluice/c/record.h"

SLUICE_BEGIN_C

/// As sluice_fan_in_event.
typedef struct sluice_message_fan_in_event {
  int news;
  int status;
  const char* ring;
  uint64_t ring_number;
  sluice_lost_records lost;
  const char* error;
  sluice_message_batch batch;
} sluice_message_fan_in_event;

/// As sluice::MessageFanIn; what is not said here is as of sluice_fan_in.
typedef struct sluice_message_fan_in sluice_message_fan_in;

/// options->record is null.
SLUICE_API int sluice_message_fan_in_open(const char* pattern, const sluice_fan_in_options* options,
                                          sluice_message_fan_in** fan_in);
SLUICE_API int sluice_message_fan_in_destroy(sluice_message_fan_in* fan_in);
SLUICE_API int sluice_message_fan_in_wait(sluice_message_fan_in* fan_in, int64_t deadline_ns,
                                          sluice_message_fan_in_event* event);
SLUICE_API int sluice_message_fan_in_commit(sluice_message_fan_in* fan_in);
SLUICE_API int sluice_message_fan_in_commit_all(sluice_message_fan_in* fan_in);
SLUICE_API size_t sluice_message_fan_in_size(const sluice_message_fan_in* fan_in);
SLUICE_API uint64_t sluice_message_fan_in_late(const sluice_message_fan_in* fan_in);
SLUICE_API int sluice_message_fan_in_ready_descriptor(sluice_message_fan_in* fan_in,
                                                      int* descriptor);
SLUICE_API int sluice_message_fan_in_arm(sluice_message_fan_in* fan_in);

SLUICE_END_C
