// A ring of records and a reader, in C. usage: in_c SEGMENT
#include <sluice.h>
#include <stdio.h>

typedef struct {
  uint64_t time;
  double bid;
  double ask;
} quote;

static const sluice_field quote_fields[] = {
    SLUICE_RECORD_FIELD(quote, time, SLUICE_UNSIGNED_INTEGER),
    SLUICE_RECORD_FIELD(quote, bid, SLUICE_REAL),
    SLUICE_RECORD_FIELD(quote, ask, SLUICE_REAL),
};
static const sluice_record quote_record = {"Quote", sizeof(quote), _Alignof(quote), quote_fields,
                                           3};

static int failed(const char* call) {
  printf("%s: %s\n", call, sluice_last_error());
  return 1;
}

int main(int count, char** words) {
  const char* const name = words[count - 1];
  sluice_producer_options creating = {
      .struct_size = sizeof creating, .record = &quote_record, .capacity = 65536};
  sluice_producer* ring;
  if (sluice_producer_create(name, &creating, &ring) != SLUICE_OK) return failed("create");

  sluice_consumer_options attaching = {
      .struct_size = sizeof attaching, .record = &quote_record, .name = "risk"};
  sluice_consumer* in;
  if (sluice_consumer_attach(name, &attaching, &in) != SLUICE_OK) return failed("attach");

  void* record;
  if (sluice_producer_claim_one(ring, SLUICE_FOREVER, &record) != SLUICE_OK) return failed("claim");
  *(quote*)record = (quote){.time = 1, .bid = 17.5, .ask = 17.6};
  sluice_producer_publish(ring);

  const quote more[] = {{2, 17.6, 17.7}, {3, 17.7, 17.8}};
  sluice_producer_send(ring, more, sizeof more[0], 2, SLUICE_FOREVER, NULL);
  sluice_producer_close(ring);

  int status;
  sluice_batch batch;
  while ((status = sluice_consumer_wait(in, sluice_deadline_after(1000000000), &batch)) ==
         SLUICE_OK) {
    for (size_t i = 0; i < batch.count; ++i) {
      const quote* const one = sluice_batch_record(&batch, i);
      printf("%g %g\n", one->bid, one->ask);
    }
    sluice_consumer_commit(in);
  }
  printf("ended: %s\n", sluice_status_name(status));

  // Refused: nobody can have a ring of three slots.
  creating.capacity = 3;
  sluice_producer* none;
  if (sluice_producer_create("three", &creating, &none) != SLUICE_OK) puts(sluice_last_error());

  sluice_consumer_destroy(in);
  sluice_producer_destroy(ring);
  return sluice_remove_segment(name, NULL) == SLUICE_OK ? 0 : failed("remove");
}
