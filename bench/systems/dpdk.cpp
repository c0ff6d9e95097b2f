#include "systems/channels.hpp"
#include "systems/streams.hpp"

#ifdef SLUICE_BENCH_DPDK
#include <rte_config.h>
// The others want it first.
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "support/channel.hpp"
#include "support/shared_memory.hpp"

namespace sluice::bench {
namespace {

constexpr const char* name = "DPDK rte_ring";

/// A ring in memory of ours: DPDK's own environment would want privileges and huge pages. One
/// record fewer fits than its capacity.
template <class Record>
class DpdkRing {
 public:
  explicit DpdkRing(unsigned capacity)
      : memory_(static_cast<std::size_t>(::rte_ring_get_memsize_elem(sizeof(Record), capacity))),
        ring_(static_cast<rte_ring*>(memory_.base())) {
    if (::rte_ring_init(ring_, "sluice-bench", capacity, RING_F_SP_ENQ | RING_F_SC_DEQ) != 0)
      throw std::runtime_error("DPDK makes no ring of that capacity");
  }

  bool enqueue(const Record& record) noexcept {
    return ::rte_ring_sp_enqueue_elem(ring_, const_cast<Record*>(&record), sizeof(Record)) == 0;
  }
  bool dequeue(Record& record) noexcept {
    return ::rte_ring_sc_dequeue_elem(ring_, &record, sizeof(Record)) == 0;
  }
  /// As many as there is room for.
  std::size_t enqueue(const Record* records, std::size_t count) noexcept {
    return ::rte_ring_sp_enqueue_burst_elem(ring_, records, sizeof(Record),
                                            static_cast<unsigned>(count), nullptr);
  }
  /// As many as are there.
  std::size_t dequeue(Record* records, std::size_t count) noexcept {
    return ::rte_ring_sc_dequeue_burst_elem(ring_, records, sizeof(Record),
                                            static_cast<unsigned>(count), nullptr);
  }

 private:
  SharedMemory memory_;
  rte_ring* ring_;
};

template <std::size_t size>
class Dpdk final : public Transport {
 public:
  explicit Dpdk(const Load& load) : load_(load), ring_(static_cast<unsigned>(load.capacity())) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    const Load load = load_;
    std::vector<Record> batch(load.batch);
    for (std::uint64_t next = 0; next < load.records;) {
      const std::uint64_t wanted = std::min(load.batch, load.records - next);
      for (std::uint64_t i = 0; i < wanted; ++i)
        batch[i].fill(next + i);
      for (std::uint64_t put = 0; put < wanted;) {
        const auto now = load.batch == 1 ? std::size_t{ring_.enqueue(batch[0])}
                                         : ring_.enqueue(batch.data() + put, wanted - put);
        if (now == 0) passTime(load.idling);
        put += now;
      }
      next += wanted;
    }
  }

  Tally read() override {
    const Load load = load_;
    std::vector<Record> batch(mostAtOnce);
    Tally tally;
    for (std::uint64_t next = 0; next < load.records;) {
      const auto got = ring_.dequeue(batch.data(), batch.size());
      if (got == 0) passTime(load.idling);
      for (std::size_t i = 0; i < got; ++i)
        tally.add(batch[i]);
      next += got;
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;
  Load load_;
  DpdkRing<Record> ring_;
};

class DpdkChannel {
 public:
  DpdkChannel() : ring_(1024) {}
  void openSender() {}
  void openReceiver() {}
  void send(const ChannelRecord& record) {
    while (!ring_.enqueue(record)) {
    }
  }
  void receive(ChannelRecord& record) {
    while (!ring_.dequeue(record)) {
    }
  }

 private:
  DpdkRing<ChannelRecord> ring_;
};

}  // namespace

std::optional<StreamSystem> dpdkStream() {
  return StreamSystem{name, Kind::peer, makeForSize<Dpdk>};
}

std::optional<ChannelSystem> dpdkChannel() {
  return ChannelSystem{name, Kind::peer, pingPong<DpdkChannel>};
}

}  // namespace sluice::bench

#else

namespace sluice::bench {

std::optional<StreamSystem> dpdkStream() {
  return {};
}

std::optional<ChannelSystem> dpdkChannel() {
  return {};
}

}  // namespace sluice::bench
#endif
