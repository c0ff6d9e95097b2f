#include "stream.hpp"

#include <utility>

namespace sluice::kill {

ProducerOptions producerOptions(const Place& place) {
  ProducerOptions options;
  options.capacity = ringCapacity;
  options.maxConsumers = consumerRows;
  options.wakeProtocol = place.protocol;
  options.directory = place.directory;
  options.waitStrategy = WaitStrategy::sleepAtOnce();
  return options;
}

OpenOptions openOptions(const Place& place) {
  OpenOptions options;
  options.directory = place.directory;
  options.waitStrategy = WaitStrategy::sleepAtOnce();
  return options;
}

ConsumerOptions consumerOptions(const Place& place, std::string name) {
  ConsumerOptions options;
  options.name = std::move(name);
  options.startAt = StartAt::oldest;
  options.withoutProducer = WithoutProducer::stay;
  options.directory = place.directory;
  options.waitStrategy = WaitStrategy::sleepAtOnce();
  return options;
}

bool publish(Sender& producer, std::uint64_t count) {
  for (; count > 0; --count) {
    auto batch = producer.claimOne(WaitLimit(patience));
    if (!batch) return false;
    batch.front() = Parcel::of(batch.first());
    if (producer.publish() != Status::ok) return false;
  }
  return true;
}

}  // namespace sluice::kill
