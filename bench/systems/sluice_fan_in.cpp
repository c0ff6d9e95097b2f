#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>

#include "sluice/fan_in.hpp"
#include "sluice/sluice.hpp"
#include "support/event_loop.hpp"
#include "support/unique_name.hpp"
#include "systems/fan_ins.hpp"
#include "systems/own_segment.hpp"

namespace sluice::bench {
namespace {

template <SlotLayoutTag L>
class SluiceFanIn final : public FanInTransport {
 public:
  explicit SluiceFanIn(const Load& load) : load_(load), prefix_(uniqueName("sluice-bench-") + "-") {
    for (unsigned number = 0; number < load.producers; ++number)
      segments_.emplace_back(prefix_ + std::to_string(number));
  }

  void openWriter(unsigned number) override {
    first_ = WriterTallies::firstOf(number);
    // As writers share a processor, none of them keeps it while its ring is full.
    const bool sleeps = load_.idling != Idling::poll;
    writer_.emplace(
        Producer<FanInRecord, L>::create(
            prefix_ + std::to_string(number),
            {.capacity = load_.capacity(),
             .withoutConsumers = WithoutConsumers::wait,
             .waitStrategy = sleeps ? WaitStrategy::spinThenSleep() : WaitStrategy::spinThenYield(),
             .memory = {.prefault = true}})
            .value());
  }

  void openReader() override {
    reader_.emplace(
        FanIn<FanInRecord, L>::open(prefix_ + "*", {.name = "collector",
                                                    .maxBatch = mostAtOnce,
                                                    .waitStrategy = strategyFor(load_.idling),
                                                    .memory = {.prefault = true}})
            .value());
    if (load_.idling == Idling::eventLoop) loop_.add(reader_->readyDescriptor().value());
    const auto until = std::chrono::steady_clock::now() + comesWithin;
    while (reader_->size() < load_.producers) {
      // A ring that is joined is no event.
      const auto event = reader_->wait(std::chrono::milliseconds(1));
      if (event.news() == FanInNews::refused) throw std::runtime_error(event.error().message());
      if (event || std::chrono::steady_clock::now() >= until)
        throw std::runtime_error("not every ring was joined");
    }
  }

  void write() override {
    const std::uint64_t first = first_;
    for (std::uint64_t next = 0; next < load_.records; ++next) {
      writer_->claimOne().fill(first + next);
      writer_->publish();
    }
  }

  WriterTallies read() override {
    switch (load_.idling) {
      case Idling::poll:
        return readBy([this] { return reader_->tryWait(); });
      case Idling::eventLoop:
        return readBy([this] {
          for (;;) {
            const auto event = reader_->tryWait();
            if (event || reader_->arm() == Status::ok) return event;
            loop_.wait();
          }
        });
      default:
        return readBy([this] { return reader_->wait(); });
    }
  }

 private:
  template <class Next>
  WriterTallies readBy(Next next) {
    WriterTallies tallies(load_.producers);
    const std::uint64_t all = load_.records * load_.producers;
    for (std::uint64_t seen = 0; seen < all;) {
      const auto event = next();
      if (event.news() == FanInNews::none) continue;
      if (event.news() != FanInNews::records) throw std::runtime_error("a ring has ended");
      tallies.addOfOne(event.batch());
      seen += event.batch().size();
      reader_->commit();
    }
    return tallies;
  }

  Load load_;
  std::string prefix_;
  std::list<OwnSegment> segments_;
  EventLoop loop_;
  std::uint64_t first_ = 0;
  std::optional<Producer<FanInRecord, L>> writer_;
  std::optional<FanIn<FanInRecord, L>> reader_;
};

}  // namespace

FanInSystem sluiceFanInStamped() {
  return {"FanIn, stamped", Kind::sluice, makeFanIn<SluiceFanIn<stamped>>};
}

FanInSystem sluiceFanInPacked() {
  return {"FanIn, packed", Kind::sluice, makeFanIn<SluiceFanIn<packed>>};
}

}  // namespace sluice::bench
