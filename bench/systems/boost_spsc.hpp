// The queue of Boost.Lockfree for one producer and one consumer, placed in shared memory.
#pragma once

#include <algorithm>
#include <array>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstdint>
#include <new>
#include <vector>

#include "support/shared_memory.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

template <std::size_t size, std::size_t capacity>
class BoostSpsc final : public Transport<size> {
 public:
  using typename Transport<size>::Record;

  explicit BoostSpsc(const Load& load)
      : load_(load), memory_(sizeof(Queue)), queue_(new (memory_.base()) Queue) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    std::vector<Record> batch(load_.batch);
    for (std::uint64_t next = 0; next < load_.records;) {
      const std::uint64_t wanted = std::min(load_.batch, load_.records - next);
      for (std::uint64_t i = 0; i < wanted; ++i)
        batch[i].fill(next + i);
      for (std::uint64_t pushed = 0; pushed < wanted;) {
        const auto now = wanted == 1 ? std::size_t{queue_->push(batch[0])}
                                     : queue_->push(batch.data() + pushed, wanted - pushed);
        if (now == 0) passTime(load_.idling);
        pushed += now;
      }
      next += wanted;
    }
  }

  void read(Tally& tally) override {
    std::vector<Record> batch(load_.batch);
    for (std::uint64_t next = 0; next < load_.records;) {
      const auto popped = load_.batch == 1 ? std::size_t{queue_->pop(batch[0])}
                                           : queue_->pop(batch.data(), batch.size());
      if (popped == 0) passTime(load_.idling);
      for (std::size_t i = 0; i < popped; ++i)
        tally.add(batch[i]);
      next += popped;
    }
  }

 private:
  using Queue = boost::lockfree::spsc_queue<Record, boost::lockfree::capacity<capacity>>;
  Load load_;
  SharedMemory memory_;
  Queue* queue_;
};

}  // namespace sluice::bench
