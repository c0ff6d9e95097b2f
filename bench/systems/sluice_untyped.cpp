#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "sluice/sluice.hpp"
#include "sluice/untyped.hpp"
#include "systems/own_segment.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

/// The ends know the record, so that they do the same work as the others; the roles do not.
template <std::size_t size, SlotLayout layout>
class SluiceUntyped final : public Transport {
 public:
  explicit SluiceUntyped(const Load& load) : load_(load) {}

  void openWriter() override {
    writer_.emplace(UntypedProducer::create(segment_.name(),
                                            {.capacity = load_.capacity(),
                                             .waitStrategy = WaitStrategy::busySpin(),
                                             .memory = {.prefault = true}},
                                            description, layout)
                        .value());
    awaitConsumers(*writer_, 1);
  }

  void openReader(unsigned) override {
    reader_.emplace(
        UntypedConsumer::attach(segment_.name(), {.name = "0",
                                                  .appearWithin = comesWithin,
                                                  .maxBatch = mostAtOnce,
                                                  .waitStrategy = WaitStrategy::busySpin(),
                                                  .memory = {.prefault = true}})
            .value());
  }

  void write() override {
    const Load load = load_;
    if (load.batch == 1) {
      for (std::uint64_t next = 0; next < load.records; ++next) {
        recordAt(writer_->claimOne()).fill(next);
        writer_->publish();
      }
      return;
    }
    for (std::uint64_t next = 0; next < load.records;) {
      const auto batch = writer_->claimUpTo(std::min(load.batch, load.records - next));
      for (std::size_t i = 0; i < batch.size(); ++i)
        recordAt(batch[i]).fill(next++);
      writer_->publish();
    }
  }

  Tally read() override {
    const Load load = load_;
    Tally tally;
    for (std::uint64_t seen = 0; seen < load.records;) {
      const auto batch = reader_->wait();
      if (!batch) throw std::runtime_error("the stream has ended");
      for (std::size_t i = 0; i < batch.size(); ++i)
        tally.add(*reinterpret_cast<const Record*>(batch[i]));
      seen += batch.size();
      reader_->commit();
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;
  static constexpr RecordDescription description{
      .name = "untyped", .size = sizeof(Record), .alignment = alignof(Record)};

  static Record& recordAt(std::byte* place) { return *reinterpret_cast<Record*>(place); }

  Load load_;
  OwnSegment segment_;
  std::optional<UntypedProducer> writer_;
  std::optional<UntypedConsumer> reader_;
};

template <std::size_t size>
using Stamped = SluiceUntyped<size, SlotLayout::stamped>;
template <std::size_t size>
using Packed = SluiceUntyped<size, SlotLayout::packed>;

}  // namespace

StreamSystem sluiceUntypedStamped() {
  return {"Sluice, untyped, stamped", Kind::sluice, makeForSize<Stamped>};
}

StreamSystem sluiceUntypedPacked() {
  return {"Sluice, untyped, packed", Kind::sluice, makeForSize<Packed>};
}

}  // namespace sluice::bench
