#include "support/pair_run.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>

#include "sluice/platform/futex.hpp"
#include "support/child_process.hpp"
#include "support/shared_memory.hpp"

namespace sluice::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// What the processes of a run share beside the transport.
struct Table {
  alignas(128) std::atomic<std::uint32_t> ping{0};
  alignas(128) std::atomic<std::uint32_t> pong{0};
  alignas(128) std::atomic<std::uint32_t> opened{0};
  std::atomic<std::uint32_t> ready{0};
  std::atomic<std::uint32_t> finished{0};
  std::atomic<bool> failed{false};
  alignas(128) Clock::time_point start;
  Clock::time_point end[65];
  std::chrono::nanoseconds rawBefore;
  std::chrono::nanoseconds rawAfter;
};

void pinTo(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(processor), &set);
  if (::sched_setaffinity(0, sizeof(set), &set) != 0)
    throw std::runtime_error("cannot run on processor " + std::to_string(processor));
}

/// Everybody waits until all have come here, or one cannot.
void meet(Table& table, std::atomic<std::uint32_t>& count, std::uint32_t all) {
  count.fetch_add(1, std::memory_order_acq_rel);
  while (count.load(std::memory_order_acquire) < all) {
    if (table.failed.load(std::memory_order_acquire))
      throw std::runtime_error("another end failed");
    ::sched_yield();
  }
}

constexpr std::uint32_t rounds = 20'000;

/// Half a round trip of two atomic words. `base` is where an earlier one ended.
std::chrono::nanoseconds throwBall(Table& table, std::uint32_t base) {
  const auto start = Clock::now();
  for (std::uint32_t round = base + 1; round <= base + rounds; ++round) {
    table.ping.store(round, std::memory_order_release);
    while (table.pong.load(std::memory_order_acquire) != round) {
    }
  }
  return (Clock::now() - start) / (2 * rounds);
}

void catchBall(Table& table, std::uint32_t base) {
  for (std::uint32_t round = base + 1; round <= base + rounds; ++round) {
    while (table.ping.load(std::memory_order_acquire) != round) {
    }
    table.pong.store(round, std::memory_order_release);
  }
}

void play(const End& end, unsigned number, unsigned all, bool onOneProcessor, Table& table) {
  const bool plays = !onOneProcessor && number < 2;
  end.open();
  meet(table, table.opened, all);
  if (plays && number == 0) table.rawBefore = throwBall(table, 0);
  if (plays && number == 1) catchBall(table, 0);
  meet(table, table.ready, all);
  if (number == 0) table.start = Clock::now();
  end.work();
  table.end[number] = Clock::now();
  meet(table, table.finished, all);
  if (plays && number == 0) table.rawAfter = throwBall(table, rounds);
  if (plays && number == 1) catchBall(table, rounds);
}

}  // namespace

RunResult runEnds(const std::vector<End>& ends, std::uint64_t records,
                  const Processors& processors) {
  const SharedMemory memory(sizeof(Table));
  Table& table = *new (memory.base()) Table;
  const auto all = static_cast<unsigned>(ends.size());
  const auto& numbers = processors.numbers;
  const bool onOneProcessor =
      std::ranges::all_of(numbers, [&](int number) { return number == numbers.front(); });
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (unsigned number = 0; number < all; ++number) {
    children.push_back(std::make_unique<ChildProcess>([&, number] {
      try {
        pinTo(numbers[number % numbers.size()]);
        play(ends[number], number, all, onOneProcessor, table);
      } catch (...) {
        table.failed.store(true, std::memory_order_release);
        throw;
      }
    }));
  }
  for (const auto& child : children)
    child->mustSucceed();
  const auto last = *std::max_element(table.end, table.end + all);
  const std::chrono::duration<double> seconds = last - table.start;
  return {static_cast<double>(records) / seconds.count(), table.rawBefore, table.rawAfter};
}

}  // namespace sluice::bench
