#include "support/ends.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "support/child_process.hpp"
#include "support/raw_ping_pong.hpp"
#include "support/shared_memory.hpp"

namespace sluice::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// What the processes of a run share beside what is measured.
struct Table {
  RawPingPong ball;
  alignas(128) std::atomic<std::uint32_t> opened{0};
  std::atomic<std::uint32_t> ready{0};
  std::atomic<std::uint32_t> finished{0};
  std::atomic<bool> failed{false};
  alignas(128) Clock::time_point start;
  Clock::time_point end[65];
  double rawBefore = 0;
  double rawAfter = 0;
};

void pinTo(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(processor), &set);
  if (::sched_setaffinity(0, sizeof(set), &set) != 0)
    throw std::runtime_error("cannot run on processor " + std::to_string(processor));
}

enum class Attendance { awake, asleep };

/// Everybody waits until all have come here, or one cannot. Who sleeps leaves its processor to the
/// others.
void meet(Table& table, std::atomic<std::uint32_t>& count, std::uint32_t all,
          Attendance attendance) {
  constexpr timespec look{0, 100'000'000};
  std::uint32_t here = count.fetch_add(1, std::memory_order_acq_rel) + 1;
  if (here == all) ::syscall(SYS_futex, &count, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  for (; here < all; here = count.load(std::memory_order_acquire)) {
    if (table.failed.load(std::memory_order_acquire))
      throw std::runtime_error("another end failed");
    if (attendance == Attendance::asleep)
      ::syscall(SYS_futex, &count, FUTEX_WAIT, here, &look, nullptr, 0);
    else
      ::sched_yield();
  }
}

void play(const End& end, unsigned number, unsigned all, bool playsBall, Table& table) {
  const auto measureRaw = [&](double& raw) {
    if (playsBall && number == 0) raw = table.ball.throwBall();
    if (playsBall && number == 1) table.ball.catchBall();
  };
  // Only the first two play, and are to begin at once.
  const auto attendance = number < 2 ? Attendance::awake : Attendance::asleep;
  end.open();
  meet(table, table.opened, all, attendance);
  measureRaw(table.rawBefore);
  meet(table, table.ready, all, attendance);
  if (number == 0) table.start = Clock::now();
  end.work();
  table.end[number] = Clock::now();
  // Others may still have work to do.
  meet(table, table.finished, all, Attendance::asleep);
  measureRaw(table.rawAfter);
}

}  // namespace

EndsResult runEnds(const std::vector<End>& ends, const Processors& processors) {
  const SharedMemory memory(sizeof(Table));
  Table& table = *new (memory.base()) Table;
  const auto all = static_cast<unsigned>(ends.size());
  const auto& numbers = processors.numbers;
  const bool playsBall = all > 1 && numbers.size() > 1;
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (unsigned number = 0; number < all; ++number) {
    children.push_back(std::make_unique<ChildProcess>([&, number] {
      try {
        pinTo(numbers[number % numbers.size()]);
        play(ends[number], number, all, playsBall, table);
      } catch (...) {
        table.failed.store(true, std::memory_order_release);
        throw;
      }
    }));
  }
  for (const auto& child : children)
    child->mustSucceed();
  const auto last = *std::max_element(table.end, table.end + all);
  return {last - table.start, table.rawBefore, table.rawAfter};
}

}  // namespace sluice::bench
