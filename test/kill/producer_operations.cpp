// What a producer does.
#include <optional>

#include "scenario.hpp"

namespace sluice::kill {
namespace {

struct Description {
  const char* name;
  std::uint64_t before;     ///< records published before the operation
  std::uint64_t published;  ///< by the operation
  void (*prepare)(Sender&);
  void (*operate)(std::optional<Sender>&);
  bool withSleepers;
};

void claimAndWrite(Sender& sender, std::uint64_t count) {
  for (; count > 0; --count)
    sender.claimOne() = Parcel::of(sender.lastClaimed() + 1);
}

void nothing(Sender&) {}

constexpr Description descriptions[]{
    {"claimOne", 5, 0, nothing, [](std::optional<Sender>& sender) { claimAndWrite(*sender, 4); },
     true},
    {"claimUpTo", 5, 0, nothing,
     [](std::optional<Sender>& sender) {
       auto batch = sender->claimUpTo(5);
       for (Sequence i = 0; i < batch.size(); ++i)
         batch[i] = Parcel::of(batch.first() + i);
     },
     true},
    {"publish", 5, 1, [](Sender& sender) { claimAndWrite(sender, 1); },
     [](std::optional<Sender>& sender) { sender->publish(); }, false},
    {"publish-several", 5, 6, [](Sender& sender) { claimAndWrite(sender, 6); },
     [](std::optional<Sender>& sender) {
       sender->publishFirst(4);
       sender->publish();
     },
     false},
    {"wake", 5, 1, [](Sender& sender) { claimAndWrite(sender, 1); },
     [](std::optional<Sender>& sender) { sender->publish(); }, true},
    {"wake-with-several", 5, 3, [](Sender& sender) { claimAndWrite(sender, 3); },
     [](std::optional<Sender>& sender) { sender->publish(); }, true},
    {"claim-into-sleep", ringCapacity, 1, nothing,
     [](std::optional<Sender>& sender) {
       claimAndWrite(*sender, 1);
       sender->publish();
     },
     false},
    {"close", 5, 0, [](Sender& sender) { claimAndWrite(sender, 1); },
     [](std::optional<Sender>& sender) { sender->close(); }, true},
    {"leave-as-producer", 5, 0, [](Sender& sender) { claimAndWrite(sender, 1); },
     [](std::optional<Sender>& sender) { sender.reset(); }, true},
};

class ProducerScenario : public Scenario {
 public:
  ProducerScenario(Place place, const Description& description)
      : Scenario(std::move(place)), description_(description) {}

  void prepare() override {
    survivors().create(producerOptions(place()));
    survivors().addReader("first");
    survivors().addObserver();
    survivors().leave();
  }
  void prepareVictim() override {
    sender_.emplace(Sender::open(place().segment, openOptions(place())).value());
    publish(*sender_, description_.before);
    description_.prepare(*sender_);
  }
  void settle() override {
    if (!description_.withSleepers) return;
    survivors().addSleeper();
    survivors().addStayer();
  }
  void operation() override { description_.operate(sender_); }
  void wakeVictim() override { survivors().drain(); }
  void check(bool finished) override {
    const Sequence before = description_.before - 1;
    const Sequence after = before + description_.published;
    survivors().afterClosing({finished ? after : before, after});
  }

 private:
  const Description& description_;
  std::optional<Sender> sender_;
};

}  // namespace

std::vector<Operation> producerOperations() {
  std::vector<Operation> operations;
  for (const Description& description : descriptions)
    operations.push_back({description.name, [&description](Place place) {
                            return std::make_unique<ProducerScenario>(std::move(place),
                                                                      description);
                          }});
  return operations;
}

}  // namespace sluice::kill
