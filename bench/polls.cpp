// Polls that find nothing: the time of a look at an empty ring, and of one at a full ring.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
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
  const auto run = [looks](double (*once)(std::uint64_t)) {
    return [=] { return Run{{once(looks)}}; };
  };
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
                   {"claimOne(now), packed", Kind::sluice, run(claimOneNow<packed>)}})};
}

}  // namespace sluice::bench
