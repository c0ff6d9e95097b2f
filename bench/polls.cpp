// Polls that find nothing: the time of a look at an empty ring, of one at a full ring, and of an
// arm().
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/sequenced_record.hpp"
#include "support/shared_memory.hpp"
#include "support/unique_name.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

constexpr std::size_t size = 64;
constexpr std::uint64_t capacity = 1024;
using Record = SequencedRecord<size>;

/// The time of each of so many looks, none of which may find anything.
template <class Look>
double nanosecondsEach(std::uint64_t looks, Look look) {
  using Clock = std::chrono::steady_clock;
  std::uint64_t found = 0;
  const auto start = Clock::now();
  for (std::uint64_t i = 0; i < looks; ++i)
    found += look() ? 1U : 0U;
  const std::chrono::duration<double, std::nano> time = Clock::now() - start;
  if (found != 0) throw std::runtime_error("a poll has found something");
  return time.count() / static_cast<double>(looks);
}

/// One word that nobody writes.
double loadAlone(std::uint64_t looks) {
  const SharedMemory memory(sizeof(std::atomic<std::uint64_t>));
  const auto* const word = static_cast<std::atomic<std::uint64_t>*>(memory.base());
  return nanosecondsEach(looks, [&] { return word->load(std::memory_order_acquire) != 0; });
}

/// A ring of a producer and a consumer in this process, which is removed with it.
template <SlotLayoutTag L>
class Ends {
 public:
  Ends()
      : name_(uniqueName("sluice-bench-")),
        out(Producer<Record, L>::create(name_, {.capacity = capacity}).value()),
        in(Consumer<Record, L>::attach(name_).value()) {}
  ~Ends() {
    static_cast<void>(sluice::removeSegment(name_, {.evenIfInUse = true, .evenIfHeld = true}));
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  void fillUp() {
    for (std::uint64_t i = 0; i < capacity; ++i) {
      out.claimOne().fill(i);
      out.publish();
    }
  }

 private:
  std::string name_;

 public:
  Producer<Record, L> out;
  Consumer<Record, L> in;
};

bool isReady(Status status) {
  return status != Status::timedOut;
}
bool isReady(const ReadyMembers& members) {
  return !members.empty();
}

template <SlotLayoutTag L>
double tryWait(std::uint64_t looks) {
  Ends<L> ends;
  return nanosecondsEach(looks, [&] { return !ends.in.tryWait().empty(); });
}

template <SlotLayoutTag L>
double tryClaim(std::uint64_t looks) {
  Ends<L> ends;
  ends.fillUp();
  return nanosecondsEach(looks, [&] { return ends.out.tryClaim() != nullptr; });
}

template <SlotLayoutTag L>
double claimOneNow(std::uint64_t looks) {
  Ends<L> ends;
  ends.fillUp();
  return nanosecondsEach(looks, [&] { return !ends.out.claimOne(WaitLimit::now()).empty(); });
}

/// Else it would be measured whether the library's thread, which the first record has woken, is
/// under way by now.
void letReadinessThreadSleep() {
  std::this_thread::sleep_for(std::chrono::microseconds(200));
}

/// The mean time of an arm() that finds nothing, each after a record came to every ring and was
/// taken, so that all of them are to be armed anew.
template <class Armed>
double armingEach(std::uint64_t times, std::list<Ends<stamped>>& rings, Armed& armed) {
  using Clock = std::chrono::steady_clock;
  static_cast<void>(armed.readyDescriptor().value());
  std::chrono::duration<double, std::nano> time{};
  for (std::uint64_t i = 0; i < times; ++i) {
    for (Ends<stamped>& ends : rings) {
      ends.out.send(Record{});
      static_cast<void>(ends.in.tryWait());
      ends.in.commit();
    }
    letReadinessThreadSleep();
    const auto start = Clock::now();
    const bool found = isReady(armed.arm());
    time += Clock::now() - start;
    if (found) throw std::runtime_error("an arm() has found something");
  }
  return time.count() / static_cast<double>(times);
}

double armConsumer(std::uint64_t times) {
  std::list<Ends<stamped>> rings(1);
  return armingEach(times, rings, rings.front().in);
}

template <std::size_t count>
double armSet(std::uint64_t times) {
  std::list<Ends<stamped>> rings(count);
  WaitSet set;
  for (Ends<stamped>& ends : rings)
    set.add(ends.in);
  return armingEach(times, rings, set);
}

Comparison compare(const char* subject, std::optional<Target> target,
                   std::vector<Contender> contenders) {
  return {"polls",
          {.subject = subject, .recordBytes = size},
          {{"time each", "ns", false, target}},
          std::move(contenders)};
}

}  // namespace

std::vector<Comparison> polls(const RunOptions& options) {
  const std::uint64_t looks = options.quick ? 2'000'000 : 10'000'000;
  const std::uint64_t armings = looks / 10'000;
  const auto runSoOften = [](double (*once)(std::uint64_t), std::uint64_t times) {
    return [=] { return Run{{once(times)}}; };
  };
  const auto run = [=](double (*once)(std::uint64_t)) { return runSoOften(once, looks); };
  const auto arm = [=](double (*once)(std::uint64_t)) { return runSoOften(once, armings); };
  const Contender load{"a load", Kind::floor, run(loadAlone)};
  return {compare("empty ring", Target{Target::Bound::atMost, 3, Target::Of::value},
                  {load,
                   {"tryWait, stamped", Kind::sluice, run(tryWait<stamped>)},
                   {"tryWait, packed", Kind::sluice, run(tryWait<packed>)}}),
          compare("full ring", {},
                  {load,
                   {"tryClaim, stamped", Kind::sluice, run(tryClaim<stamped>)},
                   {"tryClaim, packed", Kind::sluice, run(tryClaim<packed>)},
                   {"claimOne(now), stamped", Kind::sluice, run(claimOneNow<stamped>)},
                   {"claimOne(now), packed", Kind::sluice, run(claimOneNow<packed>)}}),
          compare("arming", {},
                  {{"arm() of a consumer", Kind::floor, arm(armConsumer)},
                   {"arm() of a WaitSet of 1 ring", Kind::sluice, arm(armSet<1>)},
                   {"arm() of a WaitSet of 8 rings", Kind::sluice, arm(armSet<8>)},
                   {"arm() of a WaitSet of 62 rings", Kind::sluice, arm(armSet<62>)}})};
}

}  // namespace sluice::bench
