#include <stdexcept>

#include "systems/own_segment.hpp"
#include "systems/streams.hpp"
#if defined(SLUICE_BENCH_C)
#include "systems/sluice_c.h"
#endif

namespace sluice::bench {

#if defined(SLUICE_BENCH_C)

namespace {

void mustBe(int status) {
  if (status < 0) throw std::runtime_error(sluice_last_error());
  if (status != SLUICE_OK) throw std::runtime_error(sluice_status_name(status));
}

/// What is measured is the code of sluice_c.c. Records of 64 bytes, whatever the load's size is.
class SluiceC final : public Transport {
 public:
  explicit SluiceC(const Load& load) : load_(load) {}
  ~SluiceC() override {
    sluice_producer_destroy(writer_);
    sluice_consumer_destroy(reader_);
  }

  void openWriter() override {
    const sluice_record record{"bench_record", sizeof(bench_record), alignof(bench_record), nullptr,
                               0};
    sluice_producer_options options{};
    options.struct_size = sizeof options;
    options.record = &record;
    options.capacity = load_.capacity();
    options.wait_strategy.kind = SLUICE_BUSY_SPIN;
    options.memory = SLUICE_PREFAULT;
    mustBe(sluice_producer_create(segment_.name().c_str(), &options, &writer_));
    const char* const consumer = "0";
    mustBe(sluice_producer_wait_for_consumers(writer_, &consumer, 1, comesBefore()));
  }

  void openReader(unsigned) override {
    sluice_consumer_options options{};
    options.struct_size = sizeof options;
    options.name = "0";
    options.appear_deadline_ns = comesBefore();
    options.max_batch = mostAtOnce;
    options.wait_strategy.kind = SLUICE_BUSY_SPIN;
    options.memory = SLUICE_PREFAULT;
    mustBe(sluice_consumer_attach(segment_.name().c_str(), &options, &reader_));
  }

  void write() override { mustBe(bench_write(writer_, load_.records, load_.batch)); }

  Tally read() override {
    bench_tally tally{};
    mustBe(bench_read(reader_, load_.records, &tally));
    return {tally.next, tally.sum, tally.mismatches};
  }

 private:
  static int64_t comesBefore() {
    return sluice_deadline_after(std::chrono::nanoseconds(comesWithin).count());
  }

  Load load_;
  OwnSegment segment_;
  sluice_producer* writer_ = nullptr;
  sluice_consumer* reader_ = nullptr;
};

}  // namespace

std::optional<StreamSystem> sluiceC() {
  return StreamSystem{"Sluice from C, stamped", Kind::sluice,
                      [](const Load& load) { return std::make_unique<SluiceC>(load); }};
}

#else

std::optional<StreamSystem> sluiceC() {
  return std::nullopt;
}

#endif

}  // namespace sluice::bench
