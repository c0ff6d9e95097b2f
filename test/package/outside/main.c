// The least that a user of C does: a record goes into a ring, and comes out.
#include <sluice.h>
#include <stdio.h>
#include <unistd.h>

typedef struct {
  uint64_t number;
  double value;
} reading;

static int failed(const char* call) {
  fprintf(stderr, "%s: %s\n", call, sluice_last_error());
  return 1;
}

int main(void) {
  const sluice_field fields[] = {SLUICE_RECORD_FIELD(reading, number, SLUICE_UNSIGNED_INTEGER),
                                 SLUICE_RECORD_FIELD(reading, value, SLUICE_REAL)};
  const sluice_record record = {"reading", sizeof(reading), _Alignof(reading), fields, 2};
  char name[64];
  snprintf(name, sizeof name, "package-c-%ld", (long)getpid());

  sluice_producer_options creating = {
      .struct_size = sizeof creating, .record = &record, .capacity = 16};
  sluice_consumer_options attaching = {.struct_size = sizeof attaching, .name = "outside"};
  sluice_remove_options removing = {.struct_size = sizeof removing, .even_if_in_use = 1};
  sluice_producer* producer;
  sluice_consumer* consumer;
  if (sluice_producer_create(name, &creating, &producer) != SLUICE_OK) return failed("create");
  if (sluice_consumer_attach(name, &attaching, &consumer) != SLUICE_OK) return failed("attach");
  if (sluice_remove_segment(name, &removing) != SLUICE_OK) return failed("remove");

  void* place;
  if (sluice_producer_claim_one(producer, SLUICE_FOREVER, &place) != SLUICE_OK)
    return failed("claim");
  *(reading*)place = (reading){.number = 7, .value = 1.5};
  sluice_producer_publish(producer);
  sluice_batch batch;
  if (sluice_consumer_wait(consumer, SLUICE_FOREVER, &batch) != SLUICE_OK) return failed("wait");
  const reading* const arrived = sluice_batch_record(&batch, 0);
  const int is_whole = batch.count == 1 && arrived->number == 7 && arrived->value == 1.5;
  puts(is_whole ? "arrived" : "lost");
  sluice_consumer_commit(consumer);
  sluice_consumer_destroy(consumer);
  sluice_producer_destroy(producer);
  return is_whole ? 0 : 1;
}
