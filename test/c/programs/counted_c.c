// Runs one operation of sluice.h many times in a function of its own, for callgrind to count.
// usage: counted_c OPERATION TURNS SEGMENT
#include <sluice.h>
#include <stdlib.h>
#include <string.h>

// A turn of the loop is one claim, one write of 8 bytes and one publish.
__attribute__((noinline)) static void counted_publish_of_c(sluice_producer* ring, uint64_t turns) {
  for (uint64_t n = 0; n < turns; ++n) {
    void* record;
    if (sluice_producer_claim_one(ring, SLUICE_FOREVER, &record) != SLUICE_OK) exit(1);
    memcpy(record, &n, sizeof n);
    sluice_producer_publish(ring);
  }
}

// The same, and then one wait that returns that one record, one read and one commit.
__attribute__((noinline)) static uint64_t counted_relay_of_c(sluice_producer* ring,
                                                             sluice_consumer* in, uint64_t turns) {
  uint64_t sum = 0;
  for (uint64_t n = 0; n < turns; ++n) {
    void* place;
    if (sluice_producer_claim_one(ring, SLUICE_FOREVER, &place) != SLUICE_OK) exit(1);
    memcpy(place, &n, sizeof n);
    sluice_producer_publish(ring);
    sluice_batch batch;
    if (sluice_consumer_wait(in, SLUICE_FOREVER, &batch) != SLUICE_OK) exit(1);
    uint64_t record;
    memcpy(&record, batch.base, sizeof record);
    sum += record;
    sluice_consumer_commit(in);
  }
  return sum;
}

int main(int count, char** words) {
  if (count != 4) return 2;
  const uint64_t turns = strtoull(words[2], NULL, 10);
  const sluice_record record = {"", sizeof(uint64_t), sizeof(uint64_t), NULL, 0};
  sluice_producer_options options = {
      .struct_size = sizeof options, .record = &record, .capacity = 1024};
  sluice_producer* ring;
  sluice_consumer* in = NULL;
  if (sluice_producer_create(words[3], &options, &ring) != SLUICE_OK) return 3;
  if (strcmp(words[1], "relay") == 0) {
    if (sluice_consumer_attach(words[3], NULL, &in) != SLUICE_OK) return 4;
    if (counted_relay_of_c(ring, in, turns) == 1) return 5;
  } else {
    counted_publish_of_c(ring, turns);
  }
  sluice_consumer_destroy(in);
  sluice_producer_destroy(ring);
  return 0;
}
