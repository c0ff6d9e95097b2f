// A stream, or an attach, in a process that may not make some system calls.
// usage: refused_stream stream|attach SEGMENT membarrier|futex_waitv|both
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/system_call_filter.hpp"
#include "support/threads_after_fork.hpp"

namespace {

using namespace std::chrono_literals;
using Ring = sluice::Producer<std::uint64_t>;
using Reader = sluice::Consumer<std::uint64_t>;

constexpr std::uint64_t records = 3'000;

int read(const std::string& segment, const std::string& name) {
  auto in = Reader::attach(segment, {.name = name,
                                     .startAt = sluice::StartAt::oldest,
                                     .waitStrategy = sluice::WaitStrategy::sleepAtOnce()})
                .value();
  std::uint64_t expected = 0;
  while (auto batch = in.wait()) {
    for (const std::uint64_t number : batch)
      if (number != expected++) return 1;
    in.commit();
  }
  return expected == records && in.ended() == sluice::Ended::closed ? 0 : 2;
}

/// Everybody sleeps at once, on a ring that is nearly always full or empty.
int stream(const std::string& segment) {
  auto ring =
      Ring::create(segment, {.capacity = 4, .waitStrategy = sluice::WaitStrategy::sleepAtOnce()})
          .value();
  sluice::testing::ChildProcess one([&] { return read(segment, "one"); });
  sluice::testing::ChildProcess two([&] { return read(segment, "two"); });
  if (ring.waitForConsumers({"one", "two"}, 60s) != sluice::Ended::no) return 3;
  for (std::uint64_t n = 0; n < records; ++n) {
    ring.claimOne() = n;
    ring.publish();
  }
  ring.close();
  const int first = one.wait();
  return first != 0 ? first : two.wait();
}

/// 0 when a process without membarrier is refused by a segment that needs it, and told why.
int attach(const std::string& segment) {
  const auto in = Reader::attach(segment);
  const auto ring = Ring::open(segment);
  if (in || ring) return 1;
  for (const sluice::Error& error : {in.error(), ring.error()}) {
    std::puts(error.message().c_str());
    if (error.code != sluice::ErrorCode::incompatible || error.field != "wakeProtocol") return 2;
  }
  return sluice::Observer<std::uint64_t>::attach(segment) ? 0 : 3;
}

}  // namespace

int main(int count, char** words) try {
  if (count != 4) return 2;
  const std::string operation = words[1];
  const std::string refused = words[3];
  constexpr long futexWaitvCall = 449;
  const auto refusal = sluice::testing::Refusal::withError(ENOSYS);
  if (refused != "futex_waitv") sluice::testing::forbidSystemCall(SYS_membarrier, refusal);
  if (refused != "membarrier") sluice::testing::forbidSystemCall(futexWaitvCall, refusal);
  return operation == "stream" ? stream(words[2]) : attach(words[2]);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 4;
}
