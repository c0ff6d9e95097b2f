// Participants on a damaged segment: each call says what is wrong or works, and comes back.
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "damaged_image.hpp"
#include "input_reader.hpp"
#include "os/segment_file.hpp"
#include "require.hpp"
#include "sluice/sluice.hpp"
#include "support/scratch_directory.hpp"

template <>
inline constexpr std::string_view sluice::recordName<sluice::testing::Quote> = "Quote";
template <>
inline constexpr auto sluice::recordFields<sluice::testing::Quote> = sluice::testing::quoteFields;

namespace sluice::fuzz {
namespace {

using testing::Quote;

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

template <SlotLayoutTag L>
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
    auto opened = Producer<Quote, L>::open(path_.name, {.directory = path_.directory});
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
    auto attached = Consumer<Quote, L>::attach(path_.name, options);
    if (attached)
      consumers_[after.size()].emplace(*std::move(attached));
    else
      requireReason(attached.error());
  }

  void attachObserver() {
    ObserverOptions options;
    options.directory = path_.directory;
    if (cast_.oldest) options.startAt = StartAt::oldest;
    auto attached = Observer<Quote, L>::attach(path_.name, options);
    if (attached)
      observer_.emplace(*std::move(attached));
    else
      requireReason(attached.error());
  }

  static void requireReason(const Error& error) {
    require(!error.message().empty(), "an error says something");
  }

  void consume(Consumer<Quote, L>& consumer) {
    for (int i = 0; i < 3; ++i) {
      const Sequence next = consumer.next();
      const auto batch = consumer.tryWait();
      require(batch.first() == next, "a batch begins with the next record");
      require(batch.empty() == (batch.status() != Status::ok), "only an empty batch has a reason");
      require(batch.empty() || batch.last() != noSequence,
              "the last sequence of all is never reached");
      for (const Quote& quote : batch)
        see(quote.time);
      consumer.commit(1);
      consumer.commit();
      require(consumer.next() == next + batch.size(), "no record comes twice");
    }
    see(consumer.lastCommitted() + consumer.lost().count);
  }

  void produce(Producer<Quote, L>& producer) {
    try {
      for (auto& quote : producer.claimOne(WaitLimit::now()))
        quote = {};
      producer.publish();
      for (auto& quote : producer.claimUpTo(5, WaitLimit::now()))
        quote = {};
      producer.publishFirst(2);
      static_cast<void>(producer.waitForConsumers({"risk"}, WaitLimit::now()));
    } catch (const Exception& thrown) {
      requireReason(thrown.error());
    }
    producer.publish();
    require(producer.lastPublished() == producer.lastClaimed(), "all claimed is published");
  }

  void observe(Observer<Quote, L>& observer) {
    for (int i = 0; i < 3; ++i)
      see(observer.tryWait().record.time);
  }

  /// So that no read is optimized away.
  void see(std::uint64_t number) { seen_.fetch_xor(number, std::memory_order_relaxed); }

  const detail::SegmentPath& path_;
  const Cast cast_;
  std::optional<Producer<Quote, L>> producer_;
  std::array<std::optional<Consumer<Quote, L>>, 2> consumers_;
  std::optional<Observer<Quote, L>> observer_;
  std::atomic<std::uint64_t> seen_{0};
};

/// A page of the segment as it is now, damaged and written back.
void damage(const detail::SegmentPath& path, const Patch& patch) {
  const auto size = static_cast<std::size_t>(std::filesystem::file_size(path.string()));
  std::fstream file(path.string(), std::ios::in | std::ios::out | std::ios::binary);
  std::vector<char> bytes(size);
  if (size < patch.offset + patch.width) return;
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  patch.apply(std::as_writable_bytes(std::span(bytes)));
  file.seekp(static_cast<std::streamoff>(patch.offset));
  file.write(bytes.data() + patch.offset, static_cast<std::streamsize>(patch.width));
}

template <SlotLayoutTag L>
void run(const detail::SegmentPath& path, const DamagedImage& damaged) {
  Participants<L> participants(path, Cast::of(damaged.choice));
  participants.act();
  for (const Patch& patch : damaged.later) {
    damage(path, patch);
    participants.act();
  }
  participants.close();
  participants.act();
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  static const testing::ScratchDirectory directory;
  const detail::SegmentPath path{directory.path(), "fuzzed"};
  constexpr std::size_t most = 400;
  fuzz::InputReader input(data, std::min(size, most));
  fuzz::DamagedImage damaged(input);
  damaged.image.save(path.string(), damaged.fileSize);
  if (damaged.image.geometry().slotLayout == SlotLayout::stamped)
    fuzz::run<stamped>(path, damaged);
  else
    fuzz::run<packed>(path, damaged);
  fuzz::require(detail::removeFile(path).has_value(), "the file is still there");
  return 0;
}
