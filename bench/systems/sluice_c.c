#include "systems/sluice_c.h"

static void fill(bench_record* record, uint64_t sequence) {
  for (size_t i = 0; i < 8; ++i)
    record->word[i] = sequence + i;
}

static int write_each(sluice_producer* producer, uint64_t records) {
  for (uint64_t next = 0; next < records; ++next) {
    void* record;
    const int status = sluice_producer_claim_one(producer, SLUICE_FOREVER, &record);
    if (status != SLUICE_OK) return status;
    fill(record, next);
    sluice_producer_publish(producer);
  }
  return SLUICE_OK;
}

int bench_write(sluice_producer* producer, uint64_t records, uint64_t batch) {
  if (batch == 1) return write_each(producer, records);
  for (uint64_t next = 0; next < records;) {
    const uint64_t left = records - next;
    sluice_claim claim;
    const int status =
        sluice_producer_claim(producer, left < batch ? left : batch, SLUICE_FOREVER, &claim);
    if (status != SLUICE_OK) return status;
    for (size_t i = 0; i < claim.count; ++i)
      fill(sluice_claim_record(&claim, i), next++);
    sluice_producer_publish(producer);
  }
  return SLUICE_OK;
}

int bench_read(sluice_consumer* consumer, uint64_t records, bench_tally* tally) {
  bench_tally own = {0, 0, 0};
  while (own.next < records) {
    sluice_batch batch;
    const int status = sluice_consumer_wait(consumer, SLUICE_FOREVER, &batch);
    if (status != SLUICE_OK) return status;
    for (size_t i = 0; i < batch.count; ++i) {
      const bench_record* const record = sluice_batch_record(&batch, i);
      own.mismatches += record->word[0] != own.next++;
      uint64_t sum = 0;
      for (size_t k = 0; k < 8; ++k)
        sum += record->word[k];
      own.sum += sum;
    }
    sluice_consumer_commit(consumer);
  }
  *tally = own;
  return SLUICE_OK;
}
