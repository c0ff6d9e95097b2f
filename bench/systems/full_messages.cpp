#include <fcntl.h>
#include <mqueue.h>
#include <unistd.h>

#include <array>
#include <boost/interprocess/ipc/message_queue.hpp>
#include <cerrno>
#include <cstddef>
#include <ctime>
#include <string>

#include "support/channel.hpp"
#include "support/unique_name.hpp"
#include "systems/channels.hpp"
#include "systems/message_ports.hpp"

namespace sluice::bench {
namespace {

/// A pipe of one page. It has room again when all of that is read.
class FullPipe {
 public:
  FullPipe() {
    mustWork(::pipe(ends_), "pipe");
    mustWork(::fcntl(ends_[1], F_SETPIPE_SZ, page), "F_SETPIPE_SZ");
  }
  ~FullPipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  FullPipe(const FullPipe&) = delete;
  FullPipe& operator=(const FullPipe&) = delete;

  void openSender() {}
  void openReceiver() {}
  void fillUp() {
    const std::array<char, page> bytes{};
    mustWork(::write(ends_[1], bytes.data(), page - written_), "write");
  }
  void send(const ChannelRecord& record) {
    written_ = mustWork(::write(ends_[1], &record, sizeof(record)), "write");
  }
  void makeRoom() {
    std::array<char, page> bytes;
    mustWork(::read(ends_[0], bytes.data(), bytes.size()), "read");
  }

 private:
  static constexpr std::size_t page = 4096;
  int ends_[2]{};
  std::size_t written_ = 0;
};

class FullPosixQueue : public PosixQueuePort {
 public:
  FullPosixQueue() : PosixQueuePort(sizeof(ChannelRecord)) {}
  void openSender() {}
  void openReceiver() {}
  void fillUp() {
    constexpr std::timespec past{};
    const ChannelRecord record{};
    while (::mq_timedsend(queue(), reinterpret_cast<const char*>(&record), sizeof(record), 0,
                          &past) == 0) {
    }
    if (errno != ETIMEDOUT) mustWork(-1, "mq_timedsend");
  }
  void send(const ChannelRecord& record) {
    PosixQueuePort::send(std::as_bytes(std::span(&record, 1)));
  }
  void makeRoom() {
    ChannelRecord record;
    receive(std::as_writable_bytes(std::span(&record, 1)), sizeof(record));
  }
};

class FullBoostQueue : public BoostQueuePort {
 public:
  FullBoostQueue() : BoostQueuePort(sizeof(ChannelRecord), 8) {}
  void openSender() {}
  void openReceiver() {}
  void fillUp() {
    const ChannelRecord record{};
    while (queue().try_send(&record, sizeof(record), 0)) {
    }
  }
  void send(const ChannelRecord& record) {
    BoostQueuePort::send(std::as_bytes(std::span(&record, 1)));
  }
  void makeRoom() {
    ChannelRecord record;
    receive(std::as_writable_bytes(std::span(&record, 1)), sizeof(record));
  }
};

template <FullChannel C>
ChannelSystem full(const char* name) {
  return {.name = name, .kind = Kind::peer, .wakeProducer = wakeProducer<C>};
}

}  // namespace

ChannelSystem fullPipe() {
  return full<FullPipe>("pipe");
}
ChannelSystem fullPosixQueue() {
  return full<FullPosixQueue>("POSIX message queue");
}
ChannelSystem fullBoostQueue() {
  return full<FullBoostQueue>("boost message_queue");
}

}  // namespace sluice::bench
