// Many writers of one pipe or of one datagram socket.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "support/event_loop.hpp"
#include "support/unique_name.hpp"
#include "systems/fan_ins.hpp"
#include "systems/message_ports.hpp"

namespace sluice::bench {
namespace {

/// What a call read; 0 where it would have waited.
std::size_t countOf(ssize_t result, const char* call) {
  if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
  return mustWork(result, call);
}

/// Writes of so few bytes are not torn, and as they divide a page neither are reads.
class PipeOfMany {
 public:
  PipeOfMany() { openPipe(ends_); }
  ~PipeOfMany() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  PipeOfMany(const PipeOfMany&) = delete;
  PipeOfMany& operator=(const PipeOfMany&) = delete;

  void openWriter() {}
  void openReader(bool waits) {
    if (!waits) mustWork(::fcntl(ends_[0], F_SETFL, O_NONBLOCK), "fcntl");
  }
  int descriptor() const noexcept { return ends_[0]; }
  void send(const FanInRecord& record) const {
    mustWork(::write(ends_[1], &record, sizeof(record)), "write");
  }
  std::size_t receive(std::span<FanInRecord> room) const {
    return countOf(::read(ends_[0], room.data(), room.size_bytes()), "read") / sizeof(FanInRecord);
  }

 private:
  int ends_[2]{};
};

/// Reads many datagrams in one call.
class DatagramReader {
 public:
  DatagramReader() {
    for (std::size_t i = 0; i < most; ++i) {
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  std::size_t receive(int socket, std::span<FanInRecord> room, bool waits) {
    const std::size_t count = std::min(room.size(), most);
    for (std::size_t i = 0; i < count; ++i)
      vectors_[i] = {&room[i], sizeof(FanInRecord)};
    return countOf(::recvmmsg(socket, headers_.data(), static_cast<unsigned>(count),
                              waits ? MSG_WAITFORONE : MSG_DONTWAIT, nullptr),
                   "recvmmsg");
  }

 private:
  static constexpr std::size_t most = 64;
  std::array<iovec, most> vectors_{};
  std::array<mmsghdr, most> headers_{};
};

class DatagramPair {
 public:
  DatagramPair() { mustWork(::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends_), "socketpair"); }
  ~DatagramPair() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  DatagramPair(const DatagramPair&) = delete;
  DatagramPair& operator=(const DatagramPair&) = delete;

  void openWriter() {}
  void openReader(bool waits) { waits_ = waits; }
  int descriptor() const noexcept { return ends_[0]; }
  void send(const FanInRecord& record) const {
    mustWork(::send(ends_[1], &record, sizeof(record), 0), "send");
  }
  std::size_t receive(std::span<FanInRecord> room) {
    return reader_.receive(ends_[0], room, waits_);
  }

 private:
  int ends_[2]{};
  bool waits_ = true;
  DatagramReader reader_;
};

/// Bound to a name that is no file, before the writers connect.
class BoundDatagrams {
 public:
  BoundDatagrams() : in_(open()) {
    const std::string name = uniqueName("sluice-bench-datagram-");
    address_.sun_family = AF_UNIX;
    std::memcpy(address_.sun_path + 1, name.data(), name.size());
    size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    mustWork(::bind(in_, address(), size_), "bind");
  }
  ~BoundDatagrams() {
    ::close(in_);
    if (out_ >= 0) ::close(out_);
  }
  BoundDatagrams(const BoundDatagrams&) = delete;
  BoundDatagrams& operator=(const BoundDatagrams&) = delete;

  void openWriter() {
    out_ = open();
    mustWork(::connect(out_, address(), size_), "connect");
  }
  void openReader(bool waits) { waits_ = waits; }
  int descriptor() const noexcept { return in_; }
  void send(const FanInRecord& record) const {
    mustWork(::send(out_, &record, sizeof(record), 0), "send");
  }
  std::size_t receive(std::span<FanInRecord> room) { return reader_.receive(in_, room, waits_); }

 private:
  static int open() {
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    mustWork(socket, "socket");
    return socket;
  }
  const sockaddr* address() const noexcept { return reinterpret_cast<const sockaddr*>(&address_); }

  int in_;
  int out_ = -1;
  bool waits_ = true;
  sockaddr_un address_{};
  socklen_t size_ = 0;
  DatagramReader reader_;
};

template <class Port>
class KernelFanIn final : public FanInTransport {
 public:
  explicit KernelFanIn(const Load& load) : load_(load) {}

  void openWriter(unsigned number) override {
    first_ = WriterTallies::firstOf(number);
    port_.openWriter();
  }
  void openReader() override {
    port_.openReader(load_.idling == Idling::block);
    if (load_.idling == Idling::eventLoop) loop_.add(port_.descriptor());
  }

  void write() override {
    FanInRecord record;
    for (std::uint64_t next = 0; next < load_.records; ++next) {
      record.fill(first_ + next);
      port_.send(record);
    }
  }

  WriterTallies read() override {
    WriterTallies tallies(load_.producers);
    std::vector<FanInRecord> room(mostAtOnce);
    const std::uint64_t all = load_.records * load_.producers;
    for (std::uint64_t seen = 0; seen < all;) {
      const std::size_t got = port_.receive(room);
      for (std::size_t i = 0; i < got; ++i)
        tallies.add(room[i]);
      seen += got;
      if (got == 0 && load_.idling == Idling::eventLoop) loop_.wait();
    }
    return tallies;
  }

 private:
  Load load_;
  std::uint64_t first_ = 0;
  Port port_;
  EventLoop loop_;
};

}  // namespace

FanInSystem pipeFanIn() {
  return {"pipe of many writers", Kind::peer, makeFanIn<KernelFanIn<PipeOfMany>>};
}

FanInSystem datagramFanIn() {
  return {"Unix datagram socket", Kind::peer, makeFanIn<KernelFanIn<BoundDatagrams>>};
}

FanInSystem datagramPairFanIn() {
  return {"Unix datagram socket, inherited", Kind::peer, makeFanIn<KernelFanIn<DatagramPair>>};
}

}  // namespace sluice::bench
