#include <sys/eventfd.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "sluice/sluice.hpp"
#include "support/channel.hpp"
#include "support/event_loop.hpp"
#include "support/transport.hpp"
#include "systems/channels.hpp"
#include "systems/own_segment.hpp"

namespace sluice::bench {
namespace {

/// The ring of the channel; the receiver waits as the derived classes say.
class OneRing {
 public:
  void openSender() {
    out_.emplace(Producer<ChannelRecord>::create(segment_.name(),
                                                 {.capacity = 1024, .memory = {.prefault = true}})
                     .value());
    awaitConsumers(*out_, 1);
  }
  void send(const ChannelRecord& record) {
    out_->claimOne() = record;
    out_->publish();
  }

 protected:
  ~OneRing() = default;

  void attach() {
    in_.emplace(
        Consumer<ChannelRecord>::attach(
            segment_.name(),
            {.name = "0", .appearWithin = comesWithin, .maxBatch = 1, .memory = {.prefault = true}})
            .value());
  }
  bool take(ChannelRecord& record) {
    const auto one = in_->tryWait();
    if (one.empty()) return false;
    record = one[0];
    in_->commit();
    return true;
  }

  OwnSegment segment_;
  std::optional<Producer<ChannelRecord>> out_;
  std::optional<Consumer<ChannelRecord>> in_;
};

/// Of so many rings, of which all but the channel's are idle.
template <std::size_t rings>
class SetChannel : public OneRing {
 public:
  void openReceiver() {
    attach();
    set_.add(*in_);
    for (Idle& idle : idle_) {
      idle.out.emplace(
          Producer<ChannelRecord>::create(idle.segment.name(), {.capacity = 8}).value());
      idle.in.emplace(Consumer<ChannelRecord>::attach(idle.segment.name()).value());
      set_.add(*idle.in);
    }
  }
  void receive(ChannelRecord& record) {
    do
      static_cast<void>(set_.wait());
    while (!take(record));
  }

 private:
  struct Idle {
    OwnSegment segment;
    std::optional<Producer<ChannelRecord>> out;
    std::optional<Consumer<ChannelRecord>> in;
  };

  // Their names are those of the process that removes them: a child ends without doing so.
  std::list<Idle> idle_{rings - 1};
  WaitSet set_{WaitStrategy::sleepAtOnce()};
};

class DescriptorChannel : public OneRing {
 public:
  void openReceiver() {
    attach();
    loop_.add(in_->readyDescriptor().value());
  }
  void receive(ChannelRecord& record) {
    for (;;) {
      in_->arm();
      loop_.wait();
      if (take(record)) return;
    }
  }

 private:
  EventLoop loop_;
};

/// What a program without us writes: the sender rings an eventfd, a thread of the receiver hears it
/// and rings the loop's.
class EventfdChannel {
 public:
  EventfdChannel()
      : memory_(sizeof(ChannelRecord)),
        record_(new (memory_.base()) ChannelRecord),
        sent_(::eventfd(0, EFD_CLOEXEC)),
        heard_(::eventfd(0, EFD_CLOEXEC)) {}
  ~EventfdChannel() {
    if (thread_) {
      isOver_ = true;
      ring(sent_);
      thread_->join();
    }
    ::close(sent_);
    ::close(heard_);
  }
  EventfdChannel(const EventfdChannel&) = delete;
  EventfdChannel& operator=(const EventfdChannel&) = delete;

  void openSender() {}
  void openReceiver() {
    loop_.add(heard_);
    thread_.emplace([this] {
      while (!isOver_) {
        hear(sent_);
        ring(heard_);
      }
    });
  }
  void send(const ChannelRecord& record) {
    *record_ = record;
    ring(sent_);
  }
  void receive(ChannelRecord& record) {
    loop_.wait();
    hear(heard_);
    record = *record_;
  }

 private:
  static void ring(int descriptor) {
    const std::uint64_t one = 1;
    if (::write(descriptor, &one, sizeof one) < 0) throw std::runtime_error("write failed");
  }
  static void hear(int descriptor) {
    std::uint64_t count = 0;
    if (::read(descriptor, &count, sizeof count) < 0) throw std::runtime_error("read failed");
  }

  SharedMemory memory_;
  ChannelRecord* record_;
  int sent_;
  int heard_;
  EventLoop loop_;
  std::atomic<bool> isOver_{false};
  std::optional<std::thread> thread_;
};

}  // namespace

ChannelSystem sluiceWaitSet1() {
  return {.name = "WaitSet of 1 ring",
          .kind = Kind::sluice,
          .wakeConsumer = wakeConsumer<SetChannel<1>>};
}
ChannelSystem sluiceWaitSet8() {
  return {.name = "WaitSet of 8 rings",
          .kind = Kind::sluice,
          .wakeConsumer = wakeConsumer<SetChannel<8>>};
}
ChannelSystem sluiceWaitSet62() {
  return {.name = "WaitSet of 62 rings",
          .kind = Kind::sluice,
          .wakeConsumer = wakeConsumer<SetChannel<62>>};
}
ChannelSystem sluiceDescriptor() {
  return {.name = "readyDescriptor() and epoll",
          .kind = Kind::sluice,
          .wakeConsumer = wakeConsumer<DescriptorChannel>};
}
ChannelSystem eventfdAndThread() {
  return {.name = "eventfd, a thread, eventfd and epoll",
          .kind = Kind::floor,
          .wakeConsumer = wakeConsumer<EventfdChannel>};
}
ChannelSystem sluiceSingleWait() {
  ChannelSystem single = sluiceStampedChannel();
  single.name = "Sluice, a single wait";
  single.kind = Kind::floor;
  return single;
}

}  // namespace sluice::bench
