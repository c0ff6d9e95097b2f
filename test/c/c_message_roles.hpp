// The roles of messages in C, as the suite asks for them: a Tick is a message of 16 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "c_waits.hpp"
#include "conformance/message_port.hpp"

namespace sluice::conformance {

/// sluice_message_producer, with the claims that a producer of records has.
class MessageProducerOfC {
 public:
  using Handle = Owned<sluice_message_producer, sluice_message_producer_destroy>;

  MessageProducerOfC(Handle handle, std::size_t claim)
      : handle_(std::move(handle)), claim_(claim) {}

  std::byte* claimOne() { return claimUpTo(1, {})[0]; }
  ClaimedMessages claimOne(const WaitLimit& limit) { return claimUpTo(1, limit); }
  ClaimedMessages claimUpTo(std::size_t n) { return claimUpTo(n, {}); }
  ClaimedMessages claimUpTo(std::size_t n, const WaitLimit& limit) {
    ClaimedMessages claimed(lastClaimed() + 1, Status::ok);
    for (std::size_t i = 0; i < n; ++i) {
      void* bytes = nullptr;
      const int status = within(
          i == 0 ? limit : WaitLimit::now(),
          [&](sluice_wait_set* set) {
            sluice_wait_set_add_message_producer(set, handle_.get(), claim_, nullptr);
          },
          [&](int64_t deadline) {
            return sluice_message_producer_claim(handle_.get(), claim_, deadline, &bytes);
          });
      if (status != SLUICE_OK && i == 0) return {claimed.first(), statusOf(status)};
      if (status != SLUICE_OK) break;
      sluice_message_producer_finish(handle_.get(), sizeof(Tick), 0);
      claimed.add({static_cast<std::byte*>(bytes), claim_});
    }
    return claimed;
  }

  Status publish() { return statusOf(sluice_message_producer_publish(handle_.get())); }
  void abandon() { sluice_message_producer_abandon(handle_.get()); }
  void send(std::span<const std::byte> bytes) {
    sluice_message_producer_send(handle_.get(), bytes.data(), bytes.size(), 0, SLUICE_FOREVER);
  }
  void close() { sluice_message_producer_close(handle_.get()); }
  Status waitForConsumers(const std::vector<std::string_view>& names, const WaitLimit& limit = {}) {
    return waitForNames(names, limit, [&](const char* const* texts, std::size_t n, int64_t until) {
      return sluice_message_producer_wait_for_consumers(handle_.get(), texts, n, until);
    });
  }
  bool isNamed() const { return sluice_message_producer_is_named(handle_.get()); }
  Sequence lastPublished() const { return sluice_message_producer_last_published(handle_.get()); }
  Sequence lastClaimed() const { return sluice_message_producer_last_finished(handle_.get()); }
  std::uint64_t capacity() const { return sluice_message_producer_capacity(handle_.get()); }

 private:
  Handle handle_;
  std::size_t claim_;
};

/// What a wait of sluice_message_consumer gave.
class MessagesOfC {
 public:
  MessagesOfC(const sluice_message_batch& batch, Status status) : batch_(batch), status_(status) {}

  explicit operator bool() const noexcept { return batch_.count != 0; }
  bool empty() const noexcept { return batch_.count == 0; }
  std::size_t size() const noexcept { return batch_.count; }
  Status status() const noexcept { return status_; }
  Sequence first() const noexcept { return batch_.first; }
  Sequence last() const noexcept { return batch_.first + batch_.count - 1; }
  sluice_message operator[](std::size_t index) const noexcept {
    sluice_message message{};
    sluice_message_batch_at(&batch_, index, &message);
    return message;
  }

 private:
  sluice_message_batch batch_;
  Status status_;
};

/// sluice_message_consumer.
class MessageConsumerOfC {
 public:
  using Handle = Owned<sluice_message_consumer, sluice_message_consumer_destroy>;

  explicit MessageConsumerOfC(Handle handle) : handle_(std::move(handle)) {}

  MessagesOfC wait(const WaitLimit& limit = {}) {
    sluice_message_batch batch{};
    const int status = within(
        limit,
        [&](sluice_wait_set* set) {
          sluice_wait_set_add_message_consumer(set, handle_.get(), nullptr);
        },
        [&](int64_t deadline) {
          return sluice_message_consumer_wait(handle_.get(), deadline, &batch);
        });
    stopped_ = status == SLUICE_STOPPED;
    if (stopped_) batch.first = next();
    return {batch, statusOf(status)};
  }
  MessagesOfC tryWait() { return wait(WaitLimit::now()); }
  Status commit() { return statusOf(sluice_message_consumer_commit(handle_.get())); }
  Status commit(std::size_t n) {
    return statusOf(sluice_message_consumer_commit_first(handle_.get(), n));
  }
  Status commitUpTo(Sequence last) {
    return statusOf(sluice_message_consumer_commit_up_to(handle_.get(), last));
  }
  void rewind() { sluice_message_consumer_rewind(handle_.get()); }
  void resign() { sluice_message_consumer_resign(handle_.get()); }

  Status status() const {
    return stopped_ ? Status::stopped : statusOf(sluice_message_consumer_status(handle_.get()));
  }
  std::string_view name() const { return sluice_message_consumer_name(handle_.get()); }
  std::uint64_t capacity() const { return sluice_message_consumer_capacity(handle_.get()); }
  std::uint64_t lag() const { return sluice_message_consumer_lag(handle_.get()); }
  bool isNamed() const { return sluice_message_consumer_is_named(handle_.get()); }
  Sequence next() const { return sluice_message_consumer_next(handle_.get()); }
  Sequence lastCommitted() const { return sluice_message_consumer_last_committed(handle_.get()); }
  LostRecords lost() const {
    const sluice_lost_records lost = sluice_message_consumer_lost(handle_.get());
    return {lost.first, lost.count};
  }

 private:
  Handle handle_;
  bool stopped_ = false;
};

/// sluice_message_observer.
class MessageObserverOfC {
 public:
  using Handle = Owned<sluice_message_observer, sluice_message_observer_destroy>;

  explicit MessageObserverOfC(Handle handle) : handle_(std::move(handle)) {}

  Seen look(const WaitLimit& limit) {
    sluice_message message{};
    sluice_observation seen{next(), 0};
    const int status = within(
        limit,
        [&](sluice_wait_set* set) {
          sluice_wait_set_add_message_observer(set, handle_.get(), nullptr);
        },
        [&](int64_t deadline) {
          return sluice_message_observer_wait(handle_.get(), deadline, &message, &seen);
        });
    Tick tick{};
    if (message.size == sizeof tick) std::memcpy(&tick, message.bytes, sizeof tick);
    return {{seen.sequence, seen.lost, statusOf(status)}, tick};
  }

  bool isNamed() const { return sluice_message_observer_is_named(handle_.get()); }
  Sequence next() const { return sluice_message_observer_next(handle_.get()); }

 private:
  Handle handle_;
};

/// sluice_message_producer, claiming so many bytes for each message.
template <std::size_t claimedBytes>
struct MessageWriterOfC {
  using Producer = MessageProducerOfC;

  static Result<Producer> create(const std::string& segment, const ProducerOptions& options) {
    return make(segment, options, sluice_message_producer_create);
  }
  static Result<Producer> createOrOpen(const std::string& segment, const ProducerOptions& options) {
    return make(segment, options, sluice_message_producer_create_or_open);
  }
  static Result<Producer> open(const std::string& segment, const OpenOptions& options) {
    sluice_open_options given = optionsOf(options);
    return hold(makeWithin<MessageProducerOfC::Handle>(
        options.takeOverWithin, [&](int64_t deadline, sluice_message_producer** made) {
          given.take_over_deadline_ns = deadline;
          return sluice_message_producer_open(segment.c_str(), &given, made);
        }));
  }

  static void claim(Producer& ring, std::uint64_t number) { writeAt(ring.claimOne(), number); }
  static bool tryClaim(Producer& ring, std::uint64_t number) {
    const auto claimed = ring.claimOne(WaitLimit::now());
    if (claimed) writeAt(claimed[0], number);
    return !claimed.empty();
  }
  static void write(const ClaimedMessages& claimed, std::size_t index, std::uint64_t number) {
    writeAt(claimed[index], number);
  }
  static void send(Producer& ring, std::span<const Tick> records) {
    for (const Tick& record : records)
      ring.send(std::as_bytes(std::span(&record, 1)));
  }

 private:
  template <class Make>
  static Result<Producer> make(const std::string& segment, const ProducerOptions& options,
                               Make create) {
    sluice_producer_options given = optionsOf(options);
    return hold(makeWithin<MessageProducerOfC::Handle>(
        options.takeOverWithin, [&](int64_t deadline, sluice_message_producer** made) {
          given.take_over_deadline_ns = deadline;
          return create(segment.c_str(), &given, made);
        }));
  }
  static Result<Producer> hold(Result<MessageProducerOfC::Handle> made) {
    if (!made) return made.error();
    return MessageProducerOfC(*std::move(made), claimedBytes);
  }
  static void writeAt(std::byte* bytes, std::uint64_t number) {
    const Tick tick = Tick::of(number);
    std::memcpy(bytes, &tick, sizeof tick);
  }
};

/// sluice_message_consumer and sluice_message_observer.
struct MessageReaderOfC {
  using Consumer = MessageConsumerOfC;
  using Observer = MessageObserverOfC;

  static Result<Consumer> attach(const std::string& segment, const ConsumerOptions& options) {
    std::vector<const char*> after;
    sluice_consumer_options given = optionsOf(options, after);
    auto made = makeWithin<Consumer::Handle>(
        options.appearWithin, [&](int64_t deadline, sluice_message_consumer** to) {
          given.appear_deadline_ns = deadline;
          return sluice_message_consumer_attach(segment.c_str(), &given, to);
        });
    if (!made) return made.error();
    return Consumer(*std::move(made));
  }
  static Result<Observer> observe(const std::string& segment, const ObserverOptions& options) {
    sluice_observer_options given = optionsOf(options);
    auto made = makeWithin<Observer::Handle>(
        options.appearWithin, [&](int64_t deadline, sluice_message_observer** to) {
          given.appear_deadline_ns = deadline;
          return sluice_message_observer_attach(segment.c_str(), &given, to);
        });
    if (!made) return made.error();
    return Observer(*std::move(made));
  }

  static Tick read(const MessagesOfC& batch, std::size_t index) {
    const sluice_message message = batch[index];
    Tick tick{};
    if (message.size == sizeof tick) std::memcpy(&tick, message.bytes, sizeof tick);
    return tick;
  }
  static Seen look(Observer& observer, const WaitLimit& limit) { return observer.look(limit); }

  static constexpr bool zeroIsTheDefault = true;
};

}  // namespace sluice::conformance
