// What the kernel and Boost.Interprocess offer for messages between processes, each as it is meant.
#pragma once

#include <fcntl.h>
#include <mqueue.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/interprocess/ipc/message_queue.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include "support/unique_name.hpp"

namespace sluice::bench {

/// Fails loudly: a transport that loses a call has no time worth showing.
inline std::size_t mustWork(ssize_t result, const char* call) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), call);
  return static_cast<std::size_t>(result);
}

/// Two ends of a stream of bytes. `open` fills in the reading and the writing descriptor.
template <void (*open)(int (&)[2])>
class ByteStream {
 public:
  explicit ByteStream(std::size_t) { open(ends_); }
  ~ByteStream() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  void send(std::span<const std::byte> bytes) {
    while (!bytes.empty())
      bytes = bytes.subspan(mustWork(::write(ends_[1], bytes.data(), bytes.size()), "write"));
  }
  /// Whole records, at least one.
  std::size_t receive(std::span<std::byte> room, std::size_t record) {
    std::size_t got = 0;
    do
      got += mustWork(::read(ends_[0], room.data() + got, room.size() - got), "read");
    while (got % record != 0);
    return got;
  }

 private:
  int ends_[2]{};
};

inline void openPipe(int (&ends)[2]) {
  mustWork(::pipe(ends), "pipe");
  mustWork(::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), "F_SETPIPE_SZ");
}
inline void openSockets(int (&ends)[2]) {
  mustWork(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
}

/// What was written in one call is read in one.
inline void openSeqpackets(int (&ends)[2]) {
  mustWork(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), "socketpair");
}

using PipePort = ByteStream<openPipe>;
using UnixSocketPort = ByteStream<openSockets>;
using UnixSeqpacketPort = ByteStream<openSeqpackets>;

/// A message is what was sent in one call.
class PosixQueuePort {
 public:
  explicit PosixQueuePort(std::size_t message) {
    const std::string name = uniqueName("/sluice-bench-");
    mq_attr attributes{};
    attributes.mq_maxmsg = 10;  // what a process without privileges may ask for
    attributes.mq_msgsize = static_cast<long>(message);
    queue_ = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    mustWork(queue_, "mq_open");
    ::mq_unlink(name.c_str());
  }
  ~PosixQueuePort() { ::mq_close(queue_); }
  PosixQueuePort(const PosixQueuePort&) = delete;
  PosixQueuePort& operator=(const PosixQueuePort&) = delete;

  void send(std::span<const std::byte> bytes) {
    mustWork(::mq_send(queue_, reinterpret_cast<const char*>(bytes.data()), bytes.size(), 0),
             "mq_send");
  }
  std::size_t receive(std::span<std::byte> room, std::size_t) {
    return mustWork(
        ::mq_receive(queue_, reinterpret_cast<char*>(room.data()), room.size(), nullptr),
        "mq_receive");
  }

 protected:
  mqd_t queue() const noexcept { return queue_; }

 private:
  mqd_t queue_ = -1;
};

class BoostQueuePort {
 public:
  /// Half a MiB of messages.
  explicit BoostQueuePort(std::size_t message) : BoostQueuePort(message, (1U << 19U) / message) {}
  BoostQueuePort(std::size_t message, std::size_t messages)
      : name_(uniqueName("sluice-bench-")),
        queue_(boost::interprocess::create_only, name_.c_str(), messages, message,
               boost::interprocess::permissions(0600)) {
    boost::interprocess::message_queue::remove(name_.c_str());
  }

  void send(std::span<const std::byte> bytes) { queue_.send(bytes.data(), bytes.size(), 0); }
  std::size_t receive(std::span<std::byte> room, std::size_t) {
    std::size_t got = 0;
    unsigned priority = 0;
    queue_.receive(room.data(), room.size(), got, priority);
    return got;
  }

 protected:
  boost::interprocess::message_queue& queue() noexcept { return queue_; }

 private:
  std::string name_;
  boost::interprocess::message_queue queue_;
};

}  // namespace sluice::bench
