#include "merge_lives.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <stop_token>
#include <utility>

#include "merge.hpp"
#include "sluice/merged.hpp"
#include "sluice/sluice.hpp"

namespace sluice::soak {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60s;
constexpr std::string_view output = "all";

/// Every other one merges by a field.
shm_merge::Options optionsOf(const FanInLife& life) {
  shm_merge::Options options{.in = {.name = "merge",
                                    .onDeath = OnDeath::hold,
                                    .maxBatch = 64,
                                    .directory = life.directory},
                             .output = {life.directory, std::string(output)},
                             .capacity = 128,
                             .within = patience};
  for (std::size_t i = 0; i < life.rings; ++i)
    options.inputs.push_back(ringName(i));
  if (life.seed % 2 != 0) {
    options.by = "number";
    options.quietLimit = 1ms;
  }
  return options;
}

class MergedReader {
 public:
  explicit MergedReader(const FanInLife& life)
      : life_(life),
        board_(life.board),
        in_(Consumer<Merged<Parcel>>::attach(output, {.name = "reader",
                                                      .startAt = StartAt::oldest,
                                                      .withoutProducer = WithoutProducer::stay,
                                                      .onDeath = OnDeath::hold,
                                                      .appearWithin = patience,
                                                      .directory = life.directory})
                .value()) {}

  void run() {
    while (const auto batch = in_.wait(patience))
      take(batch);
    if (in_.status() != Status::closed)
      throw std::runtime_error(fmt::format("the merged ring: {}", nameOf(in_.status())));
    for (std::size_t i = 0; i < life_.rings; ++i) {
      const RingAccount& account = board_.rings[i];
      const std::uint64_t published = account.published.load(std::memory_order_acquire);
      const std::uint64_t committed = account.committed.load(std::memory_order_relaxed);
      if (committed != published)
        throw std::runtime_error(
            fmt::format("{}: {} of {} records were merged", ringName(i), committed, published));
    }
  }

 private:
  /// A reader that was killed may have committed and not said so: of all rings of its last batch.
  void take(const Batch<const Merged<Parcel>>& batch) {
    for (std::size_t i = 0; i < life_.rings; ++i)
      next_[i] = noSequence;
    for (const Merged<Parcel>& merged : batch)
      take(merged);
    for (std::size_t i = 0; i < life_.rings; ++i)
      if (next_[i] != noSequence) board_.rings[i].taken.store(next_[i], std::memory_order_relaxed);
    if (const Status status = in_.commit(); status != Status::ok)
      throw std::runtime_error(fmt::format("the merged ring: commit: {}", nameOf(status)));
    for (std::size_t i = 0; i < life_.rings; ++i)
      if (next_[i] != noSequence)
        board_.rings[i].committed.store(next_[i], std::memory_order_relaxed);
    board_.records.fetch_add(batch.size(), std::memory_order_relaxed);
  }

  void take(const Merged<Parcel>& merged) {
    const std::uint64_t ring = merged.record.origin;
    const std::uint64_t number = merged.record.number;
    if (ring >= life_.rings || merged.sequence != number)
      throw std::runtime_error(
          fmt::format("record {} of ring {} has sequence {}", number, ring, merged.sequence));
    const RingAccount& account = board_.rings[ring];
    const std::uint64_t committed = account.committed.load(std::memory_order_relaxed);
    const std::uint64_t taken = account.taken.load(std::memory_order_relaxed);
    const bool isFirst = next_[ring] == noSequence;
    const bool isNext = isFirst ? number == committed || number == taken : number == next_[ring];
    if (!isNext)
      throw std::runtime_error(fmt::format("{}: record {} came after {}", ringName(ring), number,
                                           isFirst ? committed : next_[ring]));
    next_[ring] = number + 1;
  }

  const FanInLife& life_;
  Board& board_;
  Consumer<Merged<Parcel>> in_;
  std::array<Sequence, Board::maxRings> next_{};
};

}  // namespace

int merge(const FanInLife& life) try {
  // Each of them says which origins it has seen, and that rows of the dead are not free yet.
  if (std::freopen("/dev/null", "w", stdout) == nullptr ||
      std::freopen("/dev/null", "w", stderr) == nullptr)
    throw std::runtime_error("/dev/null cannot be opened");
  const int status = shm_merge::merge(optionsOf(life), {});
  if (status != 0) throw std::runtime_error(fmt::format("shm-merge ends with status {}", status));
  return 0;
} catch (const std::exception& reason) {
  life.board.complain(reason.what());
  return 1;
}

int readMerged(const FanInLife& life) try {
  MergedReader(life).run();
  return 0;
} catch (const std::exception& reason) {
  life.board.complain(reason.what());
  return 1;
}

}  // namespace sluice::soak
