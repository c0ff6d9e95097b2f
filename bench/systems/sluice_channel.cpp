#include <unistd.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "sluice/sluice.hpp"
#include "support/channel.hpp"
#include "support/transport.hpp"
#include "support/unique_name.hpp"
#include "systems/channels.hpp"

namespace sluice::bench {
namespace {

template <SlotLayoutTag L, Idling idling>
class SluiceChannel {
 public:
  SluiceChannel() : name_(uniqueName("sluice-bench-")), owner_(::getpid()) {}
  ~SluiceChannel() {
    if (::getpid() == owner_)
      static_cast<void>(sluice::removeSegment(name_, {.evenIfInUse = true, .evenIfHeld = true}));
  }
  SluiceChannel(const SluiceChannel&) = delete;
  SluiceChannel& operator=(const SluiceChannel&) = delete;

  void openSender() {
    out_.emplace(
        Producer<ChannelRecord, L>::create(name_, {.capacity = 1024, .memory = {.prefault = true}})
            .value());
    if (out_->waitForConsumers({"receiver"}, patience) != Status::ok)
      throw std::runtime_error("no receiver has come");
  }
  void openReceiver() {
    in_.emplace(Consumer<ChannelRecord, L>::attach(name_, {.name = "receiver",
                                                           .appearWithin = patience,
                                                           .maxBatch = 1,
                                                           .waitStrategy = strategy,
                                                           .memory = {.prefault = true}})
                    .value());
  }
  void send(const ChannelRecord& record) {
    out_->claimOne() = record;
    out_->publish();
  }
  void receive(ChannelRecord& record) {
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
  std::optional<Producer<ChannelRecord, L>> out_;
  std::optional<Consumer<ChannelRecord, L>> in_;
};

template <SlotLayoutTag L>
class FullSluice {
 public:
  FullSluice() : name_(uniqueName("sluice-bench-")), owner_(::getpid()) {}
  ~FullSluice() {
    if (::getpid() == owner_)
      static_cast<void>(sluice::removeSegment(name_, {.evenIfInUse = true, .evenIfHeld = true}));
  }
  FullSluice(const FullSluice&) = delete;
  FullSluice& operator=(const FullSluice&) = delete;

  void openSender() {
    out_.emplace(
        Producer<ChannelRecord, L>::create(name_, {.capacity = 8, .waitStrategy = strategy})
            .value());
    if (out_->waitForConsumers({"receiver"}, patience) != Status::ok)
      throw std::runtime_error("no receiver has come");
  }
  void openReceiver() {
    in_.emplace(Consumer<ChannelRecord, L>::attach(
                    name_, {.name = "receiver", .appearWithin = patience, .maxBatch = 1})
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
  static constexpr std::chrono::seconds patience{10};
  static constexpr WaitStrategy strategy = WaitStrategy::sleepAtOnce();

  std::string name_;
  pid_t owner_;
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
