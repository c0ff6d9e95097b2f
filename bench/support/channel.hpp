// One way from one process to another, a record at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>

#include "support/channel_system.hpp"
#include "support/shared_memory.hpp"

namespace sluice::bench {

/// What a channel carries, where it says so.
template <class C>
struct CarriedBy {
  using Record = ChannelRecord;
};
template <class C>
requires requires {
  typename C::Record;
}
struct CarriedBy<C> {
  using Record = typename C::Record;
};

/// Made before the fork; the sending process calls openSender() and send(), the receiving one
/// openReceiver() and receive(). Few records are ever under way: it need not be fast when full.
template <class C>
concept Channel = requires(C channel, typename CarriedBy<C>::Record record) {
  channel.openSender();
  channel.openReceiver();
  channel.send(record);
  channel.receive(record);
};

/// Nanoseconds since some point in the past that all processes share.
inline std::uint64_t nanosecondsNow() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                    std::chrono::nanoseconds(1));
}

template <std::size_t size>
void mustBe(const SequencedRecord<size>& record, std::uint64_t sequence) {
  if (record.word[0] != sequence) throw std::runtime_error("another record came");
}

/// Over two channels, one each way.
template <Channel C>
EndsResult pingPongOver(C& there, C& back, std::span<std::uint32_t> times,
                        const Processors& processors) {
  using Record = typename CarriedBy<C>::Record;
  // The sending end of a ring is opened first, so each process opens them in the same order.
  const End caller{[&] {
                     there.openSender();
                     back.openReceiver();
                   },
                   [&] {
                     Record record{};
                     for (std::size_t round = 0; round < times.size(); ++round) {
                       const std::uint64_t start = nanosecondsNow();
                       record.fill(round);
                       there.send(record);
                       back.receive(record);
                       times[round] = static_cast<std::uint32_t>((nanosecondsNow() - start) / 2);
                       mustBe(record, round);
                     }
                   }};
  const End answerer{[&] {
                       there.openReceiver();
                       back.openSender();
                     },
                     [&] {
                       Record record{};
                       for (std::size_t round = 0; round < times.size(); ++round) {
                         there.receive(record);
                         mustBe(record, round);
                         record.fill(round);
                         back.send(record);
                       }
                     }};
  return runEnds({caller, answerer}, processors);
}

template <Channel C>
EndsResult pingPong(std::span<std::uint32_t> times, const Processors& processors) {
  C there;
  C back;
  return pingPongOver(there, back, times, processors);
}

/// Where the two ends of a wake-up agree that one of them is about to sleep.
class Bedside {
 public:
  Bedside() : memory_(sizeof(Shared)), shared_(new (memory_.base()) Shared) {}

  /// The sleeper's number `number`, counted from 0, is about to begin.
  void lieDown(std::uint64_t number) noexcept {
    shared_->asleep.store(number + 1, std::memory_order_release);
  }

  /// Returns when the sleeper has lain down, and has had the time to fall asleep. The processor is
  /// kept.
  void awaitSleep(std::uint64_t number) noexcept {
    // An event loop hands over to another thread on the same core before it sleeps.
    constexpr std::uint64_t fallsAsleepWithin = 200'000;
    while (shared_->asleep.load(std::memory_order_acquire) <= number) {
    }
    const std::uint64_t end = nanosecondsNow() + fallsAsleepWithin;
    while (nanosecondsNow() < end) {
    }
  }

  /// Taken by the end that wakes the other, just before it does.
  void takeWoken() noexcept { shared_->woken = nanosecondsNow(); }
  /// Asked by the sleeper when it is awake.
  std::uint32_t sinceWoken() const noexcept {
    return static_cast<std::uint32_t>(nanosecondsNow() - shared_->woken);
  }

 private:
  struct Shared {
    alignas(128) std::atomic<std::uint64_t> asleep{0};
    alignas(128) std::uint64_t woken = 0;
  };
  SharedMemory memory_;
  Shared* shared_;
};

template <Channel C>
EndsResult wakeConsumer(std::span<std::uint32_t> times, const Processors& processors) {
  C channel;
  Bedside bedside;
  const End sender{[&] { channel.openSender(); },
                   [&] {
                     ChannelRecord record{};
                     for (std::size_t number = 0; number < times.size(); ++number) {
                       bedside.awaitSleep(number);
                       record.fill(number);
                       bedside.takeWoken();
                       channel.send(record);
                     }
                   }};
  const End receiver{[&] { channel.openReceiver(); },
                     [&] {
                       ChannelRecord record{};
                       for (std::size_t number = 0; number < times.size(); ++number) {
                         bedside.lieDown(number);
                         channel.receive(record);
                         times[number] = bedside.sinceWoken();
                         mustBe(record, number);
                       }
                     }};
  return runEnds({sender, receiver}, processors);
}

/// A channel that may be full, so that its sender sleeps.
template <class C>
concept FullChannel = requires(C channel, ChannelRecord record) {
  channel.openSender();
  channel.openReceiver();
  channel.fillUp();  // until there is no room for another record
  channel.send(record);
  channel.makeRoom();  // for a record at least
};

template <FullChannel C>
EndsResult wakeProducer(std::span<std::uint32_t> times, const Processors& processors) {
  C channel;
  Bedside bedside;
  const End sender{[&] { channel.openSender(); },
                   [&] {
                     ChannelRecord record{};
                     for (std::size_t number = 0; number < times.size(); ++number) {
                       channel.fillUp();
                       record.fill(number);
                       bedside.lieDown(number);
                       channel.send(record);
                       times[number] = bedside.sinceWoken();
                     }
                   }};
  const End receiver{[&] { channel.openReceiver(); },
                     [&] {
                       for (std::size_t number = 0; number < times.size(); ++number) {
                         bedside.awaitSleep(number);
                         bedside.takeWoken();
                         channel.makeRoom();
                       }
                     }};
  return runEnds({sender, receiver}, processors);
}

/// One whose ends sleep while there is nothing to do.
template <Channel C>
ChannelSystem blockingChannel(const char* name, Kind kind) {
  return {name, kind, pingPong<C>, wakeConsumer<C>};
}

}  // namespace sluice::bench
