// Sluice for C: records and messages between processes, through a ring in shared memory.
//
//   typedef struct { uint64_t time; double price; } tick;
//   static const sluice_field fields[] = {
//       SLUICE_RECORD_FIELD(tick, time, SLUICE_UNSIGNED_INTEGER),
//       SLUICE_RECORD_FIELD(tick, price, SLUICE_REAL)};
//   static const sluice_record ticks = {"Tick", sizeof(tick), _Alignof(tick), fields, 2};
//
//   sluice_producer_options options = {.struct_size = sizeof options, .record = &ticks,
//                                      .capacity = 65536};
//   sluice_producer* ring;
//   if (sluice_producer_create("ticks", &options, &ring) != SLUICE_OK) puts(sluice_last_error());
//   void* record;
//   if (sluice_producer_claim_one(ring, SLUICE_FOREVER, &record) == SLUICE_OK) {
//     *(tick*)record = (tick){now, 17.5};
//     sluice_producer_publish(ring);
//   }
//
//   sluice_consumer* in;
//   sluice_batch batch;
//   sluice_consumer_attach("ticks", NULL, &in);
//   while (sluice_consumer_wait(in, SLUICE_FOREVER, &batch) == SLUICE_OK) {
//     for (size_t i = 0; i < batch.count; ++i) use(sluice_batch_record(&batch, i));
//     sluice_consumer_commit(in);
//   }
//
// C11 and C++. What is not said here is as in the C++ classes of the same names. A handle is used
// by one thread at a time; a call that finds another thread waiting in the same handle is refused.
// Any two handles may be used at once, and the functions without a handle are thread-safe. No
// function ends the program, and none lets an exception out.
//
// A function that returns int returns a status: 0 is success; a positive one is how the call went,
// as in C++ (timed out, closed, ...); a negative one is an error, whose text sluice_last_error()
// has. What a function writes through its last arguments is zeroed where it does not succeed, less
// what is described there for that case.
//
// Times are nanoseconds of CLOCK_MONOTONIC. A deadline that has passed still gives what is there,
// so SLUICE_NOW only looks; sluice_deadline_after() makes one of a duration.
#pragma once

#include "sluice/c/consumer.h"
#include "sluice/c/fan_in.h"
#include "sluice/c/message_consumer.h"
#include "sluice/c/message_fan_in.h"
#include "sluice/c/message_observer.h"
#include "sluice/c/message_producer.h"
#include "sluice/c/observer.h"
#include "sluice/c/producer.h"
#include "sluice/c/segment.h"
#include "sluice/c/status.h"
#include "sluice/c/wait_set.h"
