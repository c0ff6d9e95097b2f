#include <algorithm>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstdint>
#include <new>
#include <vector>

#include "support/channel.hpp"
#include "support/shared_memory.hpp"
#include "systems/channels.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

template <std::size_t size>
class BoostSpsc final : public Transport {
 public:
  explicit BoostSpsc(const Load& load)
      : load_(load), memory_(sizeof(Queue)), queue_(new (memory_.base()) Queue) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    const Load load = load_;
    std::vector<Record> batch(load.batch);
    for (std::uint64_t next = 0; next < load.records;) {
      const std::uint64_t wanted = std::min(load.batch, load.records - next);
      for (std::uint64_t i = 0; i < wanted; ++i)
        batch[i].fill(next + i);
      for (std::uint64_t pushed = 0; pushed < wanted;) {
        const auto now = wanted == 1 ? std::size_t{queue_->push(batch[0])}
                                     : queue_->push(batch.data() + pushed, wanted - pushed);
        if (now == 0) passTime(load.idling);
        pushed += now;
      }
      next += wanted;
    }
  }

  Tally read() override {
    const Load load = load_;
    std::vector<Record> batch(mostAtOnce);
    Tally tally;
    for (std::uint64_t next = 0; next < load.records;) {
      const auto popped = queue_->pop(batch.data(), batch.size());
      if (popped == 0) passTime(load.idling);
      for (std::size_t i = 0; i < popped; ++i)
        tally.add(batch[i]);
      next += popped;
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;
  static constexpr std::size_t capacity = Load{.recordBytes = size}.capacity();
  using Queue = boost::lockfree::spsc_queue<Record, boost::lockfree::capacity<capacity>>;
  Load load_;
  SharedMemory memory_;
  Queue* queue_;
};

class BoostSpscChannel {
 public:
  BoostSpscChannel() : memory_(sizeof(Queue)), queue_(new (memory_.base()) Queue) {}
  void openSender() {}
  void openReceiver() {}
  void send(const ChannelRecord& record) {
    while (!queue_->push(record)) {
    }
  }
  void receive(ChannelRecord& record) {
    while (!queue_->pop(record)) {
    }
  }

 private:
  using Queue = boost::lockfree::spsc_queue<ChannelRecord, boost::lockfree::capacity<1024>>;
  SharedMemory memory_;
  Queue* queue_;
};

constexpr const char* name = "boost::lockfree::spsc_queue";

}  // namespace

StreamSystem boostSpsc() {
  return {name, Kind::peer, makeForSize<BoostSpsc>};
}

ChannelSystem boostSpscChannel() {
  return {name, Kind::peer, pingPong<BoostSpscChannel>};
}

}  // namespace sluice::bench
