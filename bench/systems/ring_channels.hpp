// Sluice and Boost's ring as channels.
#pragma once

#include <unistd.h>

#include <boost/lockfree/spsc_queue.hpp>
#include <chrono>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include "sluice/sluice.hpp"
#include "support/channel.hpp"
#include "support/shared_memory.hpp"
#include "support/transport.hpp"
#include "support/unique_name.hpp"

namespace sluice::bench {

constexpr std::uint64_t channelCapacity = 1024;

template <std::size_t size, SlotLayoutTag L, Idling idling>
class SluiceChannel {
  using Record = SequencedRecord<size>;

 public:
  SluiceChannel() : name_(uniqueName("sluice-bench-")), owner_(::getpid()) {}
  ~SluiceChannel() {
    if (::getpid() == owner_) static_cast<void>(sluice::remove(name_));
  }
  SluiceChannel(const SluiceChannel&) = delete;
  SluiceChannel& operator=(const SluiceChannel&) = delete;

  void openSender() {
    out_.emplace(Producer<Record, L>::create(
                     name_, {.capacity = channelCapacity, .memory = {.prefault = true}})
                     .value());
    if (out_->waitForConsumers({"receiver"}, patience) != Ended::no)
      throw std::runtime_error("no receiver has come");
  }
  void openReceiver() {
    in_.emplace(Consumer<Record, L>::attach(name_, {.name = "receiver",
                                                    .appearWithin = patience,
                                                    .maxBatch = 1,
                                                    .waitStrategy = strategy,
                                                    .memory = {.prefault = true}})
                    .value());
  }
  void send(const Record& record) {
    out_->claimOne() = record;
    out_->publish();
  }
  void receive(Record& record) {
    const auto one = in_->wait();
    if (one.size() != 1) throw std::runtime_error("the stream has ended");
    record = one[0];
    in_->commit();
  }

 private:
  static constexpr std::chrono::seconds patience{10};
  static constexpr WaitStrategy strategy =
      idling == Idling::spin ? WaitStrategy::busySpin() : WaitStrategy::sleepAtOnce();

  std::string name_;
  pid_t owner_;
  std::optional<Producer<Record, L>> out_;
  std::optional<Consumer<Record, L>> in_;
};

template <std::size_t size>
class BoostSpscChannel {
 public:
  BoostSpscChannel() : memory_(sizeof(Queue)), queue_(new (memory_.base()) Queue) {}
  void openSender() {}
  void openReceiver() {}
  void send(const SequencedRecord<size>& record) {
    while (!queue_->push(record)) {
    }
  }
  void receive(SequencedRecord<size>& record) {
    while (!queue_->pop(record)) {
    }
  }

 private:
  using Queue = boost::lockfree::spsc_queue<SequencedRecord<size>,
                                            boost::lockfree::capacity<channelCapacity>>;
  SharedMemory memory_;
  Queue* queue_;
};

}  // namespace sluice::bench
