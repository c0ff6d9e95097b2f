// Streams of messages: what is asked of a system, and the work at both ends.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "support/message_bytes.hpp"
#include "support/message_sizes.hpp"
#include "support/stream_system.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

/// The ring that a stream of messages is to have, where the system lets one choose.
struct MessageRing {
  MessageSizes sizes;
  std::uint64_t bytes;       ///< a power of two
  std::uint64_t mostAtOnce;  ///< messages that a reader takes before it gives their room back

  /// Half a MiB, or a MiB where messages are long, as rings of records have; a reader holds at most
  /// a quarter of it.
  static MessageRing forStream(const MessageSizes& sizes) {
    const std::uint64_t bytes = std::uint64_t{512} << (sizes.longest() > 1024 ? 11U : 10U);
    const auto aQuarter = static_cast<std::uint64_t>(static_cast<double>(bytes / 4) / sizes.mean());
    return {sizes, bytes, std::clamp<std::uint64_t>(aQuarter, 1, mostAtOnceOfAny)};
  }

 private:
  static constexpr std::uint64_t mostAtOnceOfAny = bench::mostAtOnce;
};

/// What carries messages, made before the fork from a load, a ring and perhaps more. Each end is
/// opened in its own process.
template <class P>
concept MessagePort = requires(P port, std::size_t size, void (*fill)(std::byte*),
                               void (*take)(std::span<const std::byte>)) {
  port.openWriter().write(size, fill);  // waits for room, and has the bytes filled in
  port.openWriter().publish();          // what was written, where that was not seen before
  { port.openReader().read(take) } -> std::same_as<std::size_t>;  // 0: none yet, after some time
};

template <MessagePort Port>
using WriterOf = decltype(std::declval<Port&>().openWriter());
template <MessagePort Port>
using ReaderOf = decltype(std::declval<Port&>().openReader());

/// An end that is but numbers is copied, so that they are in registers while it works.
template <class End>
using AtWork = std::conditional_t<std::is_trivially_copyable_v<End>, End, End&>;

/// Every byte is written, and every word summed.
template <MessagePort Port>
class MessageTransport final : public Transport {
 public:
  template <class... More>
  MessageTransport(const Load& load, const MessageRing& ring, const More&... more)
      : load_(load), sizes_(ring.sizes), port_(load, ring, more...) {}

  void openWriter() override { writer_.emplace(port_.openWriter()); }
  void openReader(unsigned) override { reader_.emplace(port_.openReader()); }

  void write() override {
    if (load_.batch == 1)
      write([](std::uint64_t) { return std::uint64_t{1}; });
    else
      write([batch = load_.batch](std::uint64_t left) { return std::min(batch, left); });
  }

  Tally read() override {
    AtWork<ReaderOf<Port>> reader = *reader_;
    const std::uint64_t records = load_.records;
    const MessageSizes sizes = sizes_;
    Tally tally;
    std::uint64_t next = 0;
    while (next < records)
      reader.read([&](std::span<const std::byte> bytes) {
        tally.add(bytes, sizes.of(next));
        ++next;
      });
    return tally;
  }

 private:
  /// `wanted` tells how many to write at once when so many are left.
  template <class Wanted>
  void write(Wanted wanted) {
    AtWork<WriterOf<Port>> writer = *writer_;
    const std::uint64_t records = load_.records;
    const MessageSizes sizes = sizes_;
    for (std::uint64_t next = 0; next < records;) {
      const std::uint64_t end = next + wanted(records - next);
      for (; next < end; ++next) {
        const std::size_t size = sizes.of(next);
        writer.write(size, [&](std::byte* to) { fillMessage(to, size, next); });
      }
      writer.publish();
    }
  }

  Load load_;
  MessageSizes sizes_;
  Port port_;
  std::optional<WriterOf<Port>> writer_;
  std::optional<ReaderOf<Port>> reader_;
};

/// A system whose ends are ports made from the load, the ring and what else is given.
template <MessagePort Port, class... More>
StreamSystem messageSystem(std::string name, Kind kind, const MessageRing& ring,
                           const More&... more) {
  return {std::move(name), kind,
          [=](const Load& load) {
            return std::make_unique<MessageTransport<Port>>(load, ring, more...);
          },
          1};
}

}  // namespace sluice::bench
