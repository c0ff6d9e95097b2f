#include <optional>
#include <stdexcept>

#include "sluice/sluice.hpp"
#include "support/channel.hpp"
#include "support/transport.hpp"
#include "systems/channels.hpp"
#include "systems/own_segment.hpp"

namespace sluice::bench {
namespace {

template <SlotLayoutTag L, Idling idling>
class SluiceChannel {
 public:
  void openSender() {
    out_.emplace(Producer<ChannelRecord, L>::create(
                     segment_.name(), {.capacity = 1024, .memory = {.prefault = true}})
                     .value());
    awaitConsumers(*out_, 1);
  }
  void openReceiver() {
    in_.emplace(Consumer<ChannelRecord, L>::attach(segment_.name(), {.name = "0",
                                                                     .appearWithin = comesWithin,
                                                                     .maxBatch = 1,
                                                                     .waitStrategy = strategy,
                                                                     .memory = {.prefault = true}})
                    .value());
  }
  void send(const ChannelRecord& record) {
    if constexpr (idling == Idling::poll) {
      ChannelRecord* slot = nullptr;
      while (slot == nullptr)
        slot = out_->tryClaim();
      *slot = record;
    } else {
      out_->claimOne() = record;
    }
    out_->publish();
  }
  void receive(ChannelRecord& record) {
    auto one = next();
    while (idling == Idling::poll && one.status() == Status::timedOut)
      one = next();
    if (one.size() != 1) throw std::runtime_error("the stream has ended");
    record = one[0];
    in_->commit();
  }

 private:
  static constexpr WaitStrategy strategy =
      idling == Idling::block ? WaitStrategy::sleepAtOnce() : WaitStrategy::busySpin();

  auto next() {
    if constexpr (idling == Idling::poll)
      return in_->tryWait();
    else
      return in_->wait();
  }

  OwnSegment segment_;
  std::optional<Producer<ChannelRecord, L>> out_;
  std::optional<Consumer<ChannelRecord, L>> in_;
};

template <SlotLayoutTag L>
class FullSluice {
 public:
  void openSender() {
    out_.emplace(Producer<ChannelRecord, L>::create(segment_.name(),
                                                    {.capacity = 8, .waitStrategy = strategy})
                     .value());
    awaitConsumers(*out_, 1);
  }
  void openReceiver() {
    in_.emplace(Consumer<ChannelRecord, L>::attach(
                    segment_.name(), {.name = "0", .appearWithin = comesWithin, .maxBatch = 1})
                    .value());
  }
  void fillUp() {
    while (out_->claimOne(WaitLimit::now()))
      out_->publish();
  }
  void send(const ChannelRecord& record) {
    out_->claimOne() = record;
    out_->publish();
  }
  void makeRoom() {
    static_cast<void>(in_->wait());
    in_->commit();
  }

 private:
  static constexpr WaitStrategy strategy = WaitStrategy::sleepAtOnce();

  OwnSegment segment_;
  std::optional<Producer<ChannelRecord, L>> out_;
  std::optional<Consumer<ChannelRecord, L>> in_;
};

constexpr const char* stampedName = "Sluice, stamped";
constexpr const char* packedName = "Sluice, packed";

}  // namespace

ChannelSystem sluiceStampedSpinningChannel() {
  return {stampedName, Kind::sluice, pingPong<SluiceChannel<sluice::stamped, Idling::spin>>};
}
ChannelSystem sluicePackedSpinningChannel() {
  return {packedName, Kind::sluice, pingPong<SluiceChannel<sluice::packed, Idling::spin>>};
}
ChannelSystem sluiceStampedPollingChannel() {
  return {stampedName, Kind::sluice, pingPong<SluiceChannel<sluice::stamped, Idling::poll>>};
}
ChannelSystem sluicePackedPollingChannel() {
  return {packedName, Kind::sluice, pingPong<SluiceChannel<sluice::packed, Idling::poll>>};
}
ChannelSystem sluiceStampedChannel() {
  return blockingChannel<SluiceChannel<sluice::stamped, Idling::block>>(stampedName, Kind::sluice);
}
ChannelSystem sluicePackedChannel() {
  return blockingChannel<SluiceChannel<sluice::packed, Idling::block>>(packedName, Kind::sluice);
}

ChannelSystem fullSluiceStamped() {
  return {.name = stampedName,
          .kind = Kind::sluice,
          .wakeProducer = wakeProducer<FullSluice<sluice::stamped>>};
}
ChannelSystem fullSluicePacked() {
  return {.name = packedName,
          .kind = Kind::sluice,
          .wakeProducer = wakeProducer<FullSluice<sluice::packed>>};
}

}  // namespace sluice::bench
