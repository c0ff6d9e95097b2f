// Messages of any length over what the kernel and Boost.Interprocess offer.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "systems/message_ports.hpp"
#include "systems/message_streams.hpp"

namespace sluice::bench {
namespace {

/// A stream of bytes, in which each message has its size in front. A batch is one call; a reader
/// takes as much as comes.
template <class Bytes>
class ByteStreamPort {
 public:
  ByteStreamPort(const Load& load, const MessageRing& ring)
      : bytes_(std::make_unique<Bytes>(0)),
        most_(ring.sizes.longest() + sizeof(Size)),
        batch_(load.batch * most_) {}

  class Writer {
   public:
    Writer(Bytes& bytes, std::size_t most) : bytes_(&bytes), room_(most) {}

    template <class Fill>
    void write(std::size_t size, Fill fill) {
      const Size header = size;
      std::memcpy(room_.data() + end_, &header, sizeof(header));
      fill(room_.data() + end_ + sizeof(header));
      end_ += sizeof(header) + size;
    }
    void publish() {
      bytes_->send(std::span(room_).first(end_));
      end_ = 0;
    }

   private:
    Bytes* bytes_;
    std::vector<std::byte> room_;
    std::size_t end_ = 0;
  };

  class Reader {
   public:
    Reader(Bytes& bytes, std::size_t most) : bytes_(&bytes), room_(most) {}

    template <class Take>
    std::size_t read(Take take) {
      std::copy(room_.begin() + begin_, room_.begin() + end_, room_.begin());
      end_ -= begin_;
      begin_ = 0;
      end_ += static_cast<std::ptrdiff_t>(
          bytes_->receive(std::span(room_).subspan(static_cast<std::size_t>(end_)), 1));
      std::size_t count = 0;
      for (; const std::size_t size = wholeAt(begin_); ++count) {
        take(std::span<const std::byte>(&room_[static_cast<std::size_t>(begin_)] + sizeof(Size),
                                        size - sizeof(Size)));
        begin_ += static_cast<std::ptrdiff_t>(size);
      }
      return count;
    }

   private:
    /// The size of the message there, with what is in front of it; 0 where not all of it is here.
    std::size_t wholeAt(std::ptrdiff_t place) const {
      const auto left = static_cast<std::size_t>(end_ - place);
      if (left < sizeof(Size)) return 0;
      Size size = 0;
      std::memcpy(&size, &room_[static_cast<std::size_t>(place)], sizeof(size));
      return left >= sizeof(Size) + size ? sizeof(Size) + size : 0;
    }

    Bytes* bytes_;
    std::vector<std::byte> room_;
    std::ptrdiff_t begin_ = 0;
    std::ptrdiff_t end_ = 0;
  };

  Writer openWriter() { return {*bytes_, batch_}; }
  Reader openReader() { return {*bytes_, std::max<std::size_t>(1U << 18U, most_)}; }

 private:
  using Size = std::uint64_t;

  std::unique_ptr<Bytes> bytes_;
  std::size_t most_;
  std::size_t batch_;
};

/// What was sent in one call is received in one.
template <class Datagrams>
class DatagramPort {
 public:
  DatagramPort(const Load&, const MessageRing& ring)
      : datagrams_(std::make_unique<Datagrams>(ring.sizes.longest())),
        most_(ring.sizes.longest()) {}

  struct Writer {
    Datagrams* datagrams;
    std::vector<std::byte> room;

    template <class Fill>
    void write(std::size_t size, Fill fill) {
      fill(room.data());
      datagrams->send(std::span(room).first(size));
    }
    void publish() {}
  };
  struct Reader {
    Datagrams* datagrams;
    std::vector<std::byte> room;

    template <class Take>
    std::size_t read(Take take) {
      take(std::span<const std::byte>(room).first(datagrams->receive(room, 1)));
      return 1;
    }
  };

  Writer openWriter() { return {datagrams_.get(), std::vector<std::byte>(most_)}; }
  Reader openReader() { return {datagrams_.get(), std::vector<std::byte>(most_)}; }

 private:
  std::unique_ptr<Datagrams> datagrams_;
  std::size_t most_;
};

}  // namespace

StreamSystem pipeMessages(const MessageRing& ring) {
  return messageSystem<ByteStreamPort<PipePort>>("pipe", Kind::peer, ring);
}
StreamSystem unixSocketMessages(const MessageRing& ring) {
  return messageSystem<ByteStreamPort<UnixSocketPort>>("Unix socket, stream", Kind::peer, ring);
}
StreamSystem unixSeqpacketMessages(const MessageRing& ring) {
  return messageSystem<DatagramPort<UnixSeqpacketPort>>("Unix socket, seqpacket", Kind::peer, ring);
}
StreamSystem boostQueueMessages(const MessageRing& ring) {
  return messageSystem<DatagramPort<BoostQueuePort>>("boost message_queue", Kind::peer, ring);
}

}  // namespace sluice::bench
