// The roles of records in C, as the suite asks for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "c_waits.hpp"
#include "conformance/readers.hpp"
#include "sluice/lost_records.hpp"
#include "sluice/sent.hpp"
#include "sluice/untyped_batch.hpp"
#include "tick.hpp"

namespace sluice::conformance {

/// A claim that C++ makes without a limit, or the exception.
template <class Claimed>
Claimed mustHave(const Claimed& claimed) {
  if (claimed.status() != Status::ok)
    throw Exception({ErrorCode::ended, "", "claim", nameOf(claimed.status())});
  return claimed;
}

/// sluice_producer.
class ProducerOfC {
 public:
  using Handle = Owned<sluice_producer, sluice_producer_destroy>;
  using Claimed = UntypedBatch<std::byte>;

  explicit ProducerOfC(Handle handle) : handle_(std::move(handle)) {}

  /// Throws as the claims of C++ do that have no status.
  std::byte* claimOne() { return mustHave(claimOne(WaitLimit{}))[0]; }
  Claimed claimOne(const WaitLimit& limit) {
    const Sequence next = lastClaimed() + 1;
    void* record = nullptr;
    const int status = waitWithin(limit, [&](int64_t deadline) {
      return sluice_producer_claim_one(handle_.get(), deadline, &record);
    });
    if (status != SLUICE_OK) return {next, statusOf(status)};
    return {static_cast<std::byte*>(record), sluice_producer_stride(handle_.get()), 1, next};
  }
  Claimed claimUpTo(std::size_t n) { return mustHave(claimUpTo(n, {})); }
  Claimed claimUpTo(std::size_t n, const WaitLimit& limit) {
    sluice_claim claim{};
    const int status = waitWithin(limit, [&](int64_t deadline) {
      return sluice_producer_claim(handle_.get(), n, deadline, &claim);
    });
    if (status != SLUICE_OK) return {lastClaimed() + 1, statusOf(status)};
    return {static_cast<std::byte*>(claim.base), claim.stride, claim.count, claim.first};
  }

  Status publish() { return statusOf(sluice_producer_publish(handle_.get())); }
  Status publishFirst(std::size_t n) {
    return statusOf(sluice_producer_publish_first(handle_.get(), n));
  }
  void abandon() { sluice_producer_abandon(handle_.get()); }
  Sent send(std::span<const Tick> records, const WaitLimit& limit) {
    std::size_t all = 0;
    const int status = waitWithin(limit, [&](int64_t deadline) {
      std::size_t sent = 0;
      const int done = sluice_producer_send(handle_.get(), records.data() + all, sizeof(Tick),
                                            records.size() - all, deadline, &sent);
      all += sent;
      return done;
    });
    return {all, statusOf(status)};
  }

  void close() { sluice_producer_close(handle_.get()); }
  Status waitForConsumers(const std::vector<std::string_view>& names, const WaitLimit& limit = {}) {
    return waitForNames(names, limit, [&](const char* const* texts, std::size_t n, int64_t until) {
      return sluice_producer_wait_for_consumers(handle_.get(), texts, n, until);
    });
  }
  bool isNamed() const { return sluice_producer_is_named(handle_.get()); }
  Sequence lastPublished() const { return sluice_producer_last_published(handle_.get()); }
  Sequence lastClaimed() const { return sluice_producer_last_claimed(handle_.get()); }
  std::uint64_t capacity() const { return sluice_producer_capacity(handle_.get()); }

 private:
  template <class Call>
  int waitWithin(const WaitLimit& limit, Call call) {
    return within(
        limit,
        [&](sluice_wait_set* set) { sluice_wait_set_add_producer(set, handle_.get(), nullptr); },
        call);
  }

  Handle handle_;
};

/// sluice_consumer.
class ConsumerOfC {
 public:
  using Handle = Owned<sluice_consumer, sluice_consumer_destroy>;
  using Records = UntypedBatch<const std::byte>;

  explicit ConsumerOfC(Handle handle) : handle_(std::move(handle)) {}

  Records wait(const WaitLimit& limit = {}) {
    sluice_batch batch{};
    const int status = within(
        limit,
        [&](sluice_wait_set* set) { sluice_wait_set_add_consumer(set, handle_.get(), nullptr); },
        [&](int64_t deadline) { return sluice_consumer_wait(handle_.get(), deadline, &batch); });
    stopped_ = status == SLUICE_STOPPED;
    if (status != SLUICE_OK) return {next(), statusOf(status)};
    return {static_cast<const std::byte*>(batch.base), batch.stride, batch.count, batch.first};
  }
  Records tryWait() { return wait(WaitLimit::now()); }
  Status commit() { return statusOf(sluice_consumer_commit(handle_.get())); }
  Status commit(std::size_t n) { return statusOf(sluice_consumer_commit_first(handle_.get(), n)); }
  Status commitUpTo(Sequence last) {
    return statusOf(sluice_consumer_commit_up_to(handle_.get(), last));
  }
  void rewind() { sluice_consumer_rewind(handle_.get()); }
  void resign() { sluice_consumer_resign(handle_.get()); }

  Status status() const {
    return stopped_ ? Status::stopped : statusOf(sluice_consumer_status(handle_.get()));
  }
  std::string_view name() const { return sluice_consumer_name(handle_.get()); }
  std::uint64_t capacity() const { return sluice_consumer_capacity(handle_.get()); }
  std::uint64_t lag() const { return sluice_consumer_lag(handle_.get()); }
  bool isNamed() const { return sluice_consumer_is_named(handle_.get()); }
  Sequence next() const { return sluice_consumer_next(handle_.get()); }
  Sequence lastCommitted() const { return sluice_consumer_last_committed(handle_.get()); }
  LostRecords lost() const {
    const sluice_lost_records lost = sluice_consumer_lost(handle_.get());
    return {lost.first, lost.count};
  }

 private:
  Handle handle_;
  bool stopped_ = false;  // by the stop word of the last wait, of which the consumer knows nothing
};

/// sluice_observer.
class ObserverOfC {
 public:
  using Handle = Owned<sluice_observer, sluice_observer_destroy>;

  explicit ObserverOfC(Handle handle) : handle_(std::move(handle)) {}

  Seen look(const WaitLimit& limit) {
    Tick tick{};
    sluice_observation seen{next(), 0};
    const int status = within(
        limit,
        [&](sluice_wait_set* set) { sluice_wait_set_add_observer(set, handle_.get(), nullptr); },
        [&](int64_t deadline) {
          return sluice_observer_read(handle_.get(), &tick, sizeof tick, deadline, &seen);
        });
    return {{seen.sequence, seen.lost, statusOf(status)}, tick};
  }

  bool isNamed() const { return sluice_observer_is_named(handle_.get()); }
  Sequence next() const { return sluice_observer_next(handle_.get()); }

 private:
  Handle handle_;
};

/// sluice_producer of a layout.
template <SlotLayout layout>
struct WriterOfC {
  using Producer = ProducerOfC;

  static Result<Producer> create(const std::string& segment, const ProducerOptions& options) {
    return hold(make(segment, options, sluice_producer_create));
  }
  static Result<Producer> createOrOpen(const std::string& segment, const ProducerOptions& options) {
    return hold(make(segment, options, sluice_producer_create_or_open));
  }
  static Result<Producer> open(const std::string& segment, const OpenOptions& options) {
    const RecordOfC record(describeRecord<Tick>());
    sluice_open_options given = optionsOf(options);
    given.record = record.get();
    return hold(makeWithin<ProducerOfC::Handle>(
        options.takeOverWithin, [&](int64_t deadline, sluice_producer** made) {
          given.take_over_deadline_ns = deadline;
          return sluice_producer_open(segment.c_str(), &given, made);
        }));
  }

  static void claim(Producer& ring, std::uint64_t number) { writeAt(ring.claimOne(), number); }
  static bool tryClaim(Producer& ring, std::uint64_t number) {
    const auto claimed = ring.claimOne(WaitLimit::now());
    if (claimed) writeAt(claimed[0], number);
    return !claimed.empty();
  }
  static void write(const ProducerOfC::Claimed& claimed, std::size_t index, std::uint64_t number) {
    writeAt(claimed[index], number);
  }

  static void send(Producer& ring, const Tick& record) { send(ring, std::span(&record, 1)); }
  static Status send(Producer& ring, const Tick& record, const WaitLimit& limit) {
    return ring.send(std::span(&record, 1), limit).status;
  }
  static void send(Producer& ring, std::span<const Tick> records) {
    if (const Sent sent = ring.send(records, {}); sent.status != Status::ok)
      throw Exception({ErrorCode::ended, "", "claim", nameOf(sent.status)});
  }
  static Sent send(Producer& ring, std::span<const Tick> records, const WaitLimit& limit) {
    return ring.send(records, limit);
  }

 private:
  template <class Make>
  static Result<ProducerOfC::Handle> make(const std::string& segment,
                                          const ProducerOptions& options, Make create) {
    const RecordOfC record(describeRecord<Tick>());
    sluice_producer_options given = optionsOf(options);
    given.record = record.get();
    given.slot_layout = static_cast<int>(layout);
    return makeWithin<ProducerOfC::Handle>(options.takeOverWithin,
                                           [&](int64_t deadline, sluice_producer** made) {
                                             given.take_over_deadline_ns = deadline;
                                             return create(segment.c_str(), &given, made);
                                           });
  }
  static Result<Producer> hold(Result<ProducerOfC::Handle> made) {
    if (!made) return made.error();
    return ProducerOfC(*std::move(made));
  }
  static void writeAt(std::byte* record, std::uint64_t number) {
    const Tick tick = Tick::of(number);
    std::memcpy(record, &tick, sizeof tick);
  }
};

/// sluice_consumer and sluice_observer.
struct ReaderOfC {
  using Consumer = ConsumerOfC;
  using Observer = ObserverOfC;

  static Result<Consumer> attach(const std::string& segment, const ConsumerOptions& options) {
    std::vector<const char*> after;
    sluice_consumer_options given = optionsOf(options, after);
    auto made = makeWithin<ConsumerOfC::Handle>(
        options.appearWithin, [&](int64_t deadline, sluice_consumer** to) {
          given.appear_deadline_ns = deadline;
          return sluice_consumer_attach(segment.c_str(), &given, to);
        });
    if (!made) return made.error();
    return ConsumerOfC(*std::move(made));
  }
  static Result<Observer> observe(const std::string& segment, const ObserverOptions& options) {
    sluice_observer_options given = optionsOf(options);
    auto made = makeWithin<ObserverOfC::Handle>(
        options.appearWithin, [&](int64_t deadline, sluice_observer** to) {
          given.appear_deadline_ns = deadline;
          return sluice_observer_attach(segment.c_str(), &given, to);
        });
    if (!made) return made.error();
    return ObserverOfC(*std::move(made));
  }

  static Tick read(const ConsumerOfC::Records& batch, std::size_t index) {
    Tick tick;
    std::memcpy(&tick, batch[index], sizeof tick);
    return tick;
  }
  static Seen look(Observer& observer, const WaitLimit& limit) { return observer.look(limit); }

  /// An option of 0 is the default.
  static constexpr bool zeroIsTheDefault = true;
};

}  // namespace sluice::conformance
