#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "sluice/sluice.hpp"
#include "systems/own_segment.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

/// The call that polls for one slot.
enum class Poll { tryClaim, claimOneNow };

template <std::size_t size, SlotLayoutTag L, Poll poll = Poll::tryClaim>
class SluiceRing final : public Transport {
 public:
  explicit SluiceRing(const Load& load) : SluiceRing(load, {.capacity = load.capacity()}) {}
  SluiceRing(const Load& load, const SluiceChoice& choice) : load_(load), choice_(choice) {}

  void openWriter() override {
    writer_.emplace(
        Producer<Record, L>::create(segment_.name(), {.capacity = choice_.capacity,
                                                      .waitStrategy = strategyFor(load_.idling),
                                                      .memory = memory()})
            .value());
    awaitConsumers(*writer_, load_.consumers);
  }

  void openReader(unsigned number) override {
    reader_.emplace(
        Consumer<Record, L>::attach(segment_.name(), {.name = std::to_string(number),
                                                      .appearWithin = comesWithin,
                                                      .maxBatch = mostAtOnce,
                                                      .waitStrategy = strategyFor(load_.idling),
                                                      .memory = memory()})
            .value());
  }

  void write() override {
    const bool polls = load_.idling == Idling::poll;
    if (load_.batch == 1)
      polls ? pollForEach() : writeEach();
    else
      polls ? pollForBatches() : writeBatches();
  }

  Tally read() override {
    const Load load = load_;
    Tally tally;
    if (load.idling == Idling::poll) {
      for (std::uint64_t seen = 0; seen < load.records;) {
        const auto batch = reader_->tryWait();
        for (const Record& record : batch)
          tally.add(record);
        seen += batch.size();
        if (batch)
          reader_->commit();
        else if (batch.status() != Status::timedOut)
          throw std::runtime_error("the stream has ended");
      }
      return tally;
    }
    for (std::uint64_t seen = 0; seen < load.records;) {
      const auto batch = reader_->wait();
      if (!batch) throw std::runtime_error("the stream has ended");
      for (const Record& record : batch)
        tally.add(record);
      seen += batch.size();
      reader_->commit();
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;

  void writeEach() {
    const Load load = load_;
    for (std::uint64_t next = 0; next < load.records; ++next) {
      writer_->claimOne().fill(next);
      writer_->publish();
    }
  }

  void writeBatches() {
    const Load load = load_;
    for (std::uint64_t next = 0; next < load.records;) {
      for (Record& record : writer_->claimUpTo(std::min(load.batch, load.records - next)))
        record.fill(next++);
      writer_->publish();
    }
  }

  void pollForEach() {
    const Load load = load_;
    for (std::uint64_t next = 0; next < load.records;) {
      if constexpr (poll == Poll::tryClaim) {
        Record* const slot = writer_->tryClaim();
        if (slot == nullptr) continue;
        slot->fill(next);
      } else {
        const auto slot = writer_->claimOne(WaitLimit::now());
        if (!slot) continue;
        slot[0].fill(next);
      }
      writer_->publish();
      ++next;
    }
  }

  void pollForBatches() {
    const Load load = load_;
    const WaitLimit now = WaitLimit::now();
    for (std::uint64_t next = 0; next < load.records;) {
      const auto batch = writer_->claimUpTo(std::min(load.batch, load.records - next), now);
      if (!batch) continue;
      for (Record& record : batch)
        record.fill(next++);
      writer_->publish();
    }
  }

  MemoryOptions memory() const { return {.prefault = true, .hugePages = choice_.hugePages}; }

  Load load_;
  SluiceChoice choice_;
  OwnSegment segment_;
  std::optional<Producer<Record, L>> writer_;
  std::optional<Consumer<Record, L>> reader_;
};

template <std::size_t size>
using Stamped = SluiceRing<size, sluice::stamped>;
template <std::size_t size>
using Packed = SluiceRing<size, sluice::packed>;
template <std::size_t size>
using Lines = SluiceRing<size, sluice::stampedLines>;
template <std::size_t size>
using ClaimingNow = SluiceRing<size, sluice::stamped, Poll::claimOneNow>;

}  // namespace

StreamSystem sluiceStamped() {
  return {"Sluice, stamped", Kind::sluice, makeForSize<Stamped>};
}

StreamSystem sluicePacked() {
  return {"Sluice, packed", Kind::sluice, makeForSize<Packed>};
}

StreamSystem sluiceStampedLines() {
  return {"Sluice, stamped, whole lines", Kind::sluice, makeForSize<Lines>};
}

StreamSystem sluiceStampedClaimingNow() {
  return {"Sluice, stamped, claimOne(now)", Kind::sluice, makeForSize<ClaimingNow>};
}

StreamSystem sluiceChosen(std::string name, const SluiceChoice& choice) {
  return {std::move(name), Kind::sluice, [choice](const Load& load) {
            return std::make_unique<SluiceRing<64, sluice::stamped>>(load, choice);
          }};
}

}  // namespace sluice::bench
