// Single messages over what carries streams of them.
#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "support/channel.hpp"
#include "systems/message_transport.hpp"

namespace sluice::bench {

/// A message of that size, there and back. Few are ever under way, so the ring is as small as one
/// of 1024 records is.
template <std::size_t size, MessagePort Port>
class MessageChannel {
 public:
  using Record = SequencedRecord<size>;

  template <class... More>
  explicit MessageChannel(Idling idling, const More&... more)
      : port_(Load{.recordBytes = 0, .idling = idling},
              MessageRing{MessageSizes(size), std::uint64_t{1} << 16U, 1}, more...) {}

  void openSender() { writer_.emplace(port_.openWriter()); }
  void openReceiver() { reader_.emplace(port_.openReader()); }
  void send(const Record& record) {
    writer_->write(size, [&](std::byte* to) { std::memcpy(to, &record, size); });
    writer_->publish();
  }
  void receive(Record& record) {
    const auto take = [&](std::span<const std::byte> bytes) {
      if (bytes.size() != size) throw std::runtime_error("a message of another size");
      std::memcpy(&record, bytes.data(), size);
    };
    while (reader_->read(take) == 0) {
    }
  }

 private:
  Port port_;
  std::optional<WriterOf<Port>> writer_;
  std::optional<ReaderOf<Port>> reader_;
};

template <std::size_t size, MessagePort Port, class... More>
ChannelSystem messageChannel(std::string name, Kind kind, Idling idling, const More&... more) {
  return {.name = std::move(name),
          .kind = kind,
          .pingPong = [=](std::span<std::uint32_t> times, const Processors& processors) {
            MessageChannel<size, Port> there(idling, more...);
            MessageChannel<size, Port> back(idling, more...);
            return pingPongOver(there, back, times, processors);
          }};
}

}  // namespace sluice::bench
