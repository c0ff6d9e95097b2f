// Sluice, as its users have it: the full protocol in a named segment.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/transport.hpp"
#include "support/unique_name.hpp"

namespace sluice::bench {

template <std::size_t size, SlotLayoutTag L>
class SluiceRing final : public Transport<size> {
 public:
  using typename Transport<size>::Record;

  explicit SluiceRing(const Load& load)
      : load_(load), name_(uniqueName("sluice-bench-")), owner_(::getpid()) {}
  ~SluiceRing() override {
    writer_.reset();
    reader_.reset();
    if (::getpid() == owner_) static_cast<void>(sluice::remove(name_));
  }

  void openWriter() override {
    writer_.emplace(Producer<Record, L>::create(name_, {.capacity = load_.capacity,
                                                        .whenTaken = WhenTaken::replace,
                                                        .waitStrategy = strategy(),
                                                        .memory = {.prefault = true}})
                        .value());
    std::vector<std::string> names;
    for (unsigned number = 0; number < load_.consumers; ++number)
      names.push_back(std::to_string(number));
    writer_->waitForConsumers({names.begin(), names.end()}, std::chrono::seconds(10));
  }

  void openReader(unsigned number) override {
    reader_.emplace(Consumer<Record, L>::attach(name_, {.name = std::to_string(number),
                                                        .appearWithin = std::chrono::seconds(10),
                                                        .waitStrategy = strategy(),
                                                        .memory = {.prefault = true}})
                        .value());
  }

  void write() override {
    if (load_.batch == 1) {
      for (std::uint64_t next = 0; next < load_.records; ++next) {
        writer_->claimOne().fill(next);
        writer_->publish();
      }
      return;
    }
    for (std::uint64_t next = 0; next < load_.records;) {
      for (Record& record : writer_->claimUpTo(std::min(load_.batch, load_.records - next)))
        record.fill(next++);
      writer_->publish();
    }
  }

  void read(Tally& tally) override {
    for (std::uint64_t seen = 0; seen < load_.records;) {
      const auto batch = reader_->wait();
      for (const Record& record : batch)
        tally.add(record);
      seen += batch.size();
      reader_->commit();
    }
  }

 private:
  WaitStrategy strategy() const {
    switch (load_.idling) {
      case Idling::spin:
        return WaitStrategy::busySpin();
      case Idling::yield:
        return WaitStrategy::spinThenYield();
      default:
        return WaitStrategy::spinThenSleep();
    }
  }

  Load load_;
  std::string name_;
  pid_t owner_;
  std::optional<Producer<Record, L>> writer_;
  std::optional<Consumer<Record, L>> reader_;
};

}  // namespace sluice::bench
