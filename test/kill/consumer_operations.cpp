// What a consumer does.
#include <optional>

#include "scenario.hpp"

namespace sluice::kill {
namespace {

struct Description {
  const char* name;
  void (*prepare)(Receiver&);
  void (*operate)(std::optional<Receiver>&);
  bool producerBlocked;
};

constexpr std::uint64_t recordsBefore = 8;

void take(Receiver& receiver) {
  static_cast<void>(receiver.tryWait());
}

void nothing(Receiver&) {}

constexpr Description descriptions[]{
    {"wait", nothing, [](std::optional<Receiver>& receiver) { take(*receiver); }, false},
    {"commit", take, [](std::optional<Receiver>& receiver) { receiver->commit(); }, false},
    {"commit-some", take,
     [](std::optional<Receiver>& receiver) {
       receiver->commit(3);
       receiver->commit();
     },
     false},
    {"commit-and-wake", take, [](std::optional<Receiver>& receiver) { receiver->commit(); }, true},
    {"wait-into-sleep",
     [](Receiver& receiver) {
       take(receiver);
       receiver.commit();
     },
     [](std::optional<Receiver>& receiver) {
       static_cast<void>(receiver->wait());
       receiver->commit();
     },
     false},
    {"leave-as-consumer", take, [](std::optional<Receiver>& receiver) { receiver.reset(); }, false},
    {"leave-and-wake", take, [](std::optional<Receiver>& receiver) { receiver.reset(); }, true},
};

class ConsumerScenario : public Scenario {
 public:
  ConsumerScenario(Place place, const Description& description)
      : Scenario(std::move(place)), description_(description) {}

  void prepare() override {
    survivors().create(producerOptions(place()));
    survivors().addReader("first");
    survivors().addObserver();
    survivors().addSleeper();
    publish(survivors().producer(), recordsBefore);
    survivors().drain();
  }
  void prepareVictim() override {
    receiver_.emplace(
        Receiver::attach(place().segment, consumerOptions(place(), "victim")).value());
    description_.prepare(*receiver_);
  }
  void settle() override {
    if (!description_.producerBlocked) return;
    publish(survivors().producer(), ringCapacity - recordsBefore);
    survivors().drain();
    survivors().blockProducer();
  }
  void operation() override { description_.operate(receiver_); }
  void wakeVictim() override { publish(survivors().producer(), 1); }
  void check(bool) override { survivors().afterConsumer("victim"); }

 private:
  const Description& description_;
  std::optional<Receiver> receiver_;
};

}  // namespace

std::vector<Operation> consumerOperations() {
  std::vector<Operation> operations;
  for (const Description& description : descriptions)
    operations.push_back({description.name, [&description](Place place) {
                            return std::make_unique<ConsumerScenario>(std::move(place),
                                                                      description);
                          }});
  return operations;
}

}  // namespace sluice::kill
