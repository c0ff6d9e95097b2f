// What a producer of messages does.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "scenario.hpp"
#include "sluice/message.hpp"

namespace sluice::kill {
namespace {

/// So many bytes are claimed for a message, and so many of them it has: short ones, long ones, and
/// such that are cut short.
constexpr std::size_t claimed(Sequence sequence) noexcept {
  return sequence % 3 == 0 ? 30 : 100 + sequence % 7 * 150;
}
constexpr std::size_t sizeOf(Sequence sequence) noexcept {
  return claimed(sequence) / (1 + sequence % 2);
}
constexpr std::byte byteOf(Sequence sequence, std::size_t place) noexcept {
  return static_cast<std::byte>(sequence * 31 + place);
}

bool isWhole(Sequence sequence, std::span<const std::byte> bytes) noexcept {
  if (bytes.size() != sizeOf(sequence)) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] != byteOf(sequence, i)) return false;
  return true;
}

/// Claims, writes and finishes the next messages.
void claimAndWrite(MessageProducer& sender, std::uint64_t count) {
  for (; count > 0; --count) {
    const Sequence sequence = sender.lastFinished() + 1;
    const MessageClaim room = sender.claim(claimed(sequence), WaitLimit(patience));
    if (!room) return;
    for (std::size_t i = 0; i < room.bytes().size(); ++i)
      room.bytes()[i] = byteOf(sequence, i);
    room.finish(sizeOf(sequence));
  }
}

void publishMessages(MessageProducer& sender, std::uint64_t count) {
  for (; count > 0; --count) {
    claimAndWrite(sender, 1);
    sender.publish();
  }
}

struct Description {
  const char* name;
  std::uint64_t before;     ///< messages published before the operation
  std::uint64_t published;  ///< by the operation
  void (*operate)(MessageProducer&);
};

// With 16 of them the payload stands before the region's end, which the message after the next
// skips.
constexpr Description descriptions[]{
    {"claim-messages", 16, 0, [](MessageProducer& sender) { claimAndWrite(sender, 3); }},
    {"publish-messages", 16, 2,
     [](MessageProducer& sender) {
       claimAndWrite(sender, 2);
       sender.publish();
     }},
    {"abandon-messages", 16, 1,
     [](MessageProducer& sender) {
       claimAndWrite(sender, 2);
       sender.abandon();
       publishMessages(sender, 1);
     }},
};

MessageProducer open(const Place& place) {
  return MessageProducer::open(place.segment, openOptions(place)).value();
}

/// A reader that has read all, one that is held after the first messages, an observer, and a
/// producer to follow.
class MessageScenario : public Scenario {
 public:
  using Scenario::Scenario;

  void prepare() override {
    { const auto first = MessageProducer::create(place().segment, options()).value(); }
    reader_.emplace(
        MessageConsumer::attach(place().segment, consumerOptions(place(), "first")).value());
    observer_.emplace(
        MessageObserver::attach(place().segment, {.startAt = StartAt::oldest,
                                                  .withoutProducer = WithoutProducer::stay,
                                                  .directory = place().directory})
            .value());
  }
  void settle() override { read(); }

 protected:
  MessageOptions options() const {
    return {.payloadBytes = 4096, .capacity = 32, .producer = producerOptions(place())};
  }

  /// The stream ends there, and a successor goes on for some laps.
  void goOnAfter(StreamEnd end) {
    auto successor = open(place());
    const Sequence last = successor.lastPublished();
    survivors().expect(distance(end.atLeast, last) >= 0 && distance(last, end.atMost) >= 0,
                       fmt::format("the stream ends at {}", last));
    for (int lap = 0; lap < 20; ++lap) {
      publishMessages(successor, 7);
      read();
    }
    survivors().expect(next_ == last + 1 + 140, fmt::format("the reader has read up to {}", next_));
    survivors().look(false);
  }

  void read() {
    for (auto batch = reader_->wait(WaitLimit::now()); batch;
         batch = reader_->wait(std::chrono::milliseconds(1))) {
      for (const Message& message : batch)
        survivors().expect(
            message.sequence == next_++ && isWhole(message.sequence, message.bytes),
            fmt::format("the reader was given a torn or another message {}", message.sequence));
      reader_->commit();
    }
    for (auto seen = observer_->tryWait(); seen; seen = observer_->tryWait())
      survivors().expect(isWhole(seen.sequence, seen.bytes),
                         fmt::format("the observer was given a torn message {}", seen.sequence));
  }

 private:
  std::optional<MessageConsumer> reader_;
  std::optional<MessageObserver> observer_;
  Sequence next_ = 0;
};

class SendMessages : public MessageScenario {
 public:
  SendMessages(Place place, const Description& description)
      : MessageScenario(std::move(place)), description_(description) {}

  void prepareVictim() override {
    sender_.emplace(open(place()));
    publishMessages(*sender_, description_.before);
  }
  void operation() override { description_.operate(*sender_); }
  void check(bool finished) override {
    const Sequence before = description_.before - 1;
    const Sequence after = before + description_.published;
    goOnAfter({finished ? after : before, after});
  }

 private:
  const Description& description_;
  std::optional<MessageProducer> sender_;
};

/// The producer before has left with a claim that it had written.
class TakeOverMessages : public MessageScenario {
 public:
  using MessageScenario::MessageScenario;

  void prepareVictim() override {
    auto before = open(place());
    publishMessages(before, 16);
    claimAndWrite(before, 1);
  }
  void operation() override { sender_.emplace(open(place())); }
  void check(bool) override { goOnAfter({15, 15}); }

 private:
  std::optional<MessageProducer> sender_;
};

}  // namespace

std::vector<Operation> messageOperations() {
  std::vector<Operation> operations;
  for (const Description& description : descriptions)
    operations.push_back({description.name, [&description](Place place) {
                            return std::make_unique<SendMessages>(std::move(place), description);
                          }});
  operations.push_back({"take-over-messages", [](Place place) {
                          return std::make_unique<TakeOverMessages>(std::move(place));
                        }});
  return operations;
}

}  // namespace sluice::kill
