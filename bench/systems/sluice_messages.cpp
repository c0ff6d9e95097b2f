#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <utility>

#include "sluice/message.hpp"
#include "sluice/sluice.hpp"
#include "support/message_lines.hpp"
#include "systems/message_channel.hpp"
#include "systems/message_streams.hpp"
#include "systems/own_segment.hpp"

namespace sluice::bench {
namespace {

constexpr MemoryOptions memory{.prefault = true};

/// Whether the ends poll is known when this is compiled, as it is where a user writes a loop.
enum class Ends { wait, poll };

/// Gives all that is there to `take`, and their room back. 0 only where it polls.
template <Ends ends, class AnyConsumer, class Take>
std::size_t readFrom(AnyConsumer& in, Take take) {
  const auto batch = [&] {
    if constexpr (ends == Ends::poll)
      return in.tryWait();
    else
      return in.wait();
  }();
  if (!batch) {
    if (ends == Ends::poll && batch.status() == Status::timedOut) return 0;
    throw std::runtime_error("the stream has ended");
  }
  for (const auto& one : batch)
    take(one);
  in.commit();
  return batch.size();
}

/// What both ways of carrying messages over Sluice have.
class SluicePort {
 public:
  SluicePort(const Load& load, const MessageRing& ring) : load_(load), ring_(ring) {}

 protected:
  ConsumerOptions consumer() const {
    return {.name = "0",
            .appearWithin = comesWithin,
            .maxBatch = ring_.mostAtOnce,
            .waitStrategy = strategyFor(load_.idling),
            .memory = memory};
  }
  ProducerOptions producer() const {
    return {.waitStrategy = strategyFor(load_.idling), .memory = memory};
  }
  const MessageRing& ring() const noexcept { return ring_; }
  const std::string& name() const noexcept { return segment_.name(); }

 private:
  Load load_;
  MessageRing ring_;
  OwnSegment segment_;
};

template <Ends ends>
class MessagesPort : public SluicePort {
 public:
  MessagesPort(const Load& load, const MessageRing& ring, std::uint32_t slotSize)
      : SluicePort(load, ring), slotSize_(slotSize) {}

  struct Writer {
    MessageProducer out;

    template <class Fill>
    void write(std::size_t size, Fill fill) {
      if constexpr (ends == Ends::wait) return finish(out.claim(size), size, fill);
      for (;;)
        if (const MessageClaim room = out.tryClaim(size)) return finish(room, size, fill);
    }
    void publish() { out.publish(); }

   private:
    template <class Fill>
    static void finish(const MessageClaim& room, std::size_t size, Fill fill) {
      fill(room.bytes().data());
      room.finish(size);
    }
  };

  struct Reader {
    MessageConsumer in;

    template <class Take>
    std::size_t read(Take take) {
      return readFrom<ends>(in, [&](const Message& message) { take(message.bytes); });
    }
  };

  Writer openWriter() {
    auto out = MessageProducer::create(name(), options()).value();
    awaitConsumers(out, 1);
    return {std::move(out)};
  }
  Reader openReader() { return {MessageConsumer::attach(name(), consumer()).value()}; }

 private:
  /// Messages that all lie in their slots have a ring of the memory that others have. Where some do
  /// not, the payload region has that, and there are slots for as many as it holds on average.
  MessageOptions options() const {
    MessageOptions options{.slotSize = slotSize_, .producer = producer()};
    const MessageSizes& sizes = ring().sizes;
    if (sizes.longest() + messageHead <= slotSize_) {
      options.payloadBytes = leastPayload;
      options.capacity = std::bit_floor(ring().bytes / slotSize_);
    } else {
      options.payloadBytes = ring().bytes;
      options.capacity = std::bit_ceil(
          static_cast<std::uint64_t>(static_cast<double>(ring().bytes) / sizes.mean()));
    }
    return options;
  }

  static constexpr std::uint64_t leastPayload = 4096;

  std::uint32_t slotSize_;
};

/// As many bytes as there may be, and how many there are.
template <std::size_t most>
struct LongestRecord {
  std::uint64_t size;
  std::array<std::byte, most> bytes;
};

template <std::size_t most, Ends ends>
class LongestRecordsPort : public SluicePort {
 public:
  using SluicePort::SluicePort;
  using Record = LongestRecord<most>;

  struct Writer {
    Producer<Record> out;

    template <class Fill>
    void write(std::size_t size, Fill fill) {
      Record& slot = claim();
      fill(slot.bytes.data());
      slot.size = size;
    }
    void publish() { out.publish(); }

   private:
    Record& claim() {
      if constexpr (ends == Ends::wait) return out.claimOne();
      for (;;)
        if (Record* const slot = out.tryClaim()) return *slot;
    }
  };

  struct Reader {
    Consumer<Record> in;

    template <class Take>
    std::size_t read(Take take) {
      return readFrom<ends>(in, [&](const Record& record) {
        take(std::span<const std::byte>(record.bytes).first(record.size));
      });
    }
  };

  Writer openWriter() {
    // Batches must fit, however few of the bytes of a record are ever touched.
    constexpr std::uint64_t fewest = 128;
    ProducerOptions options = producer();
    options.capacity = std::max(fewest, std::bit_floor(ring().bytes / most));
    auto out = Producer<Record>::create(name(), options).value();
    awaitConsumers(out, 1);
    return {std::move(out)};
  }
  Reader openReader() { return {Consumer<Record>::attach(name(), consumer()).value()}; }
};

/// A system whose ends poll where the load says so.
template <class Waiting, class Polling, class... More>
StreamSystem system(const std::string& name, Kind kind, const MessageRing& ring,
                    const More&... more) {
  const StreamSystem waiting = messageSystem<Waiting>(name, kind, ring, more...);
  const StreamSystem polling = messageSystem<Polling>(name, kind, ring, more...);
  StreamSystem either = waiting;
  either.make = [=](const Load& load) {
    return load.idling == Idling::poll ? polling.make(load) : waiting.make(load);
  };
  return either;
}

template <std::size_t most>
StreamSystem longestRecords(const MessageRing& ring) {
  return system<LongestRecordsPort<most, Ends::wait>, LongestRecordsPort<most, Ends::poll>>(
      fmt::format("Sluice, records of {} B", most), Kind::peer, ring);
}

template <std::size_t size>
ChannelSystem channel(std::uint32_t slotSize, Idling idling) {
  const std::string name = fmt::format("Sluice, {} B, slots of {} B", size, slotSize);
  if (idling == Idling::poll)
    return messageChannel<size, MessagesPort<Ends::poll>>(name, Kind::sluice, idling, slotSize);
  return messageChannel<size, MessagesPort<Ends::wait>>(name, Kind::sluice, idling, slotSize);
}

}  // namespace

StreamSystem sluiceMessages(const MessageRing& ring, std::uint32_t slotSize) {
  return system<MessagesPort<Ends::wait>, MessagesPort<Ends::poll>>(
      fmt::format("Sluice, slots of {} B", slotSize), Kind::sluice, ring, slotSize);
}

StreamSystem sluiceLongestRecords(const MessageRing& ring) {
  switch (ring.sizes.longest()) {
    case 32:
      return longestRecords<32>(ring);
    case 200:
      return longestRecords<200>(ring);
    case 1024:
      return longestRecords<1024>(ring);
    case 16384:
      return longestRecords<16384>(ring);
    default:
      return longestRecords<MessageSizes::mixMost>(ring);
  }
}

ChannelSystem sluiceShortMessageChannel(Idling idling) {
  return channel<shortMessageBytes>(64, idling);
}
ChannelSystem sluiceMessageInSlotChannel(Idling idling) {
  return channel<messageBytes>(256, idling);
}
ChannelSystem sluiceMessageBehindSlotsChannel(Idling idling) {
  return channel<messageBytes>(64, idling);
}

}  // namespace sluice::bench
