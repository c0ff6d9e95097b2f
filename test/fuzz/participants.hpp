// Participants of a segment that may be damaged.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os/segment_path.hpp"
#include "require.hpp"
#include "see.hpp"
#include "sluice/error.hpp"
#include "sluice/options.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::fuzz {

/// The roles that attach, from the byte that the image leaves to its target.
struct Cast {
  bool consumer;
  bool follower;  ///< a consumer after the one named risk
  bool producer;
  bool observer;
  bool producerFirst;
  bool hold;
  bool evict;
  bool oldest;

  static Cast of(std::uint8_t choice) noexcept {
    const auto bit = [choice](unsigned number) { return (choice >> number & 1U) != 0; };
    return {bit(0), bit(1), bit(2), bit(3), bit(4), bit(5), bit(6), bit(7)};
  }
};

inline void requireReason(const Error& error) {
  require(!error.message().empty(), "an error says something");
}

/// `Roles` has the types Producer, Consumer and Observer, and how they read and write.
template <class Roles>
class Participants {
 public:
  Participants(const detail::SegmentPath& path, const Cast& cast) : path_(path), cast_(cast) {
    if (cast.producer && cast.producerFirst) openProducer();
    if (cast.consumer) attachConsumer("risk", {});
    if (cast.follower) attachConsumer("", {"risk"});
    if (cast.producer && !cast.producerFirst) openProducer();
    if (cast.observer) attachObserver();
  }

  void act() {
    for (auto& consumer : consumers_)
      if (consumer) consume(*consumer);
    if (producer_) produce(*producer_);
    if (observer_) observe(*observer_);
  }

  void close() {
    if (producer_) producer_->close();
  }

 private:
  void openProducer() {
    auto opened = Roles::Producer::open(path_.name, {.directory = path_.directory});
    if (opened)
      producer_.emplace(*std::move(opened));
    else
      requireReason(opened.error());
  }

  void attachConsumer(std::string_view name, const std::vector<std::string>& after) {
    ConsumerOptions options;
    options.name = name;
    options.after = after;
    options.directory = path_.directory;
    if (cast_.hold && !name.empty()) options.onDeath = OnDeath::hold;
    if (cast_.evict) options.evictAfter = std::chrono::nanoseconds(1);
    if (cast_.oldest) options.startAt = StartAt::oldest;
    auto attached = Roles::Consumer::attach(path_.name, options);
    if (attached)
      consumers_[after.size()].emplace(*std::move(attached));
    else
      requireReason(attached.error());
  }

  void attachObserver() {
    ObserverOptions options;
    options.directory = path_.directory;
    if (cast_.oldest) options.startAt = StartAt::oldest;
    auto attached = Roles::Observer::attach(path_.name, options);
    if (attached)
      observer_.emplace(*std::move(attached));
    else
      requireReason(attached.error());
  }

  static void consume(typename Roles::Consumer& consumer) {
    for (int i = 0; i < 3; ++i) {
      const Sequence next = consumer.next();
      const auto batch = consumer.tryWait();
      require(batch.first() == next, "a batch begins with the next record");
      require(batch.empty() == (batch.status() != Status::ok), "only an empty batch has a reason");
      require(batch.empty() || batch.last() != noSequence,
              "the last sequence of all is never reached");
      Sequence sequence = next;
      for (const auto& element : batch)
        Roles::read(element, sequence++);
      consumer.commit(1);
      consumer.commit();
      require(consumer.next() == next + batch.size(), "no record comes twice");
    }
    see(consumer.lastCommitted() + consumer.lost().count);
  }

  static void produce(typename Roles::Producer& producer) {
    try {
      Roles::write(producer);
      static_cast<void>(producer.waitForConsumers({"risk"}, WaitLimit::now()));
    } catch (const Exception& thrown) {
      requireReason(thrown.error());
    }
    producer.publish();
    require(producer.lastPublished() == Roles::lastClaimed(producer), "all claimed is published");
  }

  static void observe(typename Roles::Observer& observer) {
    for (int i = 0; i < 3; ++i)
      Roles::read(observer.tryWait());
  }

  const detail::SegmentPath& path_;
  const Cast cast_;
  std::optional<typename Roles::Producer> producer_;
  std::array<std::optional<typename Roles::Consumer>, 2> consumers_;
  std::optional<typename Roles::Observer> observer_;
};

}  // namespace sluice::fuzz
