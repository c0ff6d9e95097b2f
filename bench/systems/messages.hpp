// A message port as a transport of records, and as a channel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "support/channel.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

/// A batch is one message.
template <std::size_t size, class Port>
class Messages final : public Transport<size> {
 public:
  using typename Transport<size>::Record;

  explicit Messages(const Load& load) : load_(load), port_(load.batch * sizeof(Record)) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    std::vector<Record> batch(load_.batch);
    for (std::uint64_t next = 0; next < load_.records;) {
      const std::uint64_t count = std::min(load_.batch, load_.records - next);
      for (std::uint64_t i = 0; i < count; ++i)
        batch[i].fill(next++);
      port_.send(std::as_bytes(std::span(batch.data(), count)));
    }
  }

  void read(Tally& tally) override {
    std::vector<Record> batch(load_.batch);
    for (std::uint64_t seen = 0; seen < load_.records;) {
      const auto got =
          port_.receive(std::as_writable_bytes(std::span(batch)), sizeof(Record)) / sizeof(Record);
      for (std::size_t i = 0; i < got; ++i)
        tally.add(batch[i]);
      seen += got;
    }
  }

 private:
  Load load_;
  Port port_;
};

template <std::size_t size, class Port>
class MessageChannel {
 public:
  MessageChannel() : port_(size) {}
  void openSender() {}
  void openReceiver() {}
  void send(const SequencedRecord<size>& record) {
    port_.send(std::as_bytes(std::span(&record, 1)));
  }
  void receive(SequencedRecord<size>& record) {
    port_.receive(std::as_writable_bytes(std::span(&record, 1)), size);
  }

 private:
  Port port_;
};

}  // namespace sluice::bench
