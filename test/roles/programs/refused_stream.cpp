// A stream, deaths, an attach or a choice, in processes that may not make some system calls.
// usage: refused_stream stream|messages|deaths|attach|choose SEGMENT CALLS
// CALLS: all, or several of membarrier, futex_waitv, set_robust_list, close_range and unshare
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "sluice/message.hpp"
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
  return expected == records && in.status() == sluice::Status::closed ? 0 : 2;
}

/// Everybody sleeps at once, on a ring that is nearly always full or empty.
int stream(const std::string& segment) {
  auto ring =
      Ring::create(segment, {.capacity = 4, .waitStrategy = sluice::WaitStrategy::sleepAtOnce()})
          .value();
  sluice::testing::ChildProcess one([&] { return read(segment, "one"); });
  sluice::testing::ChildProcess two([&] { return read(segment, "two"); });
  if (ring.waitForConsumers({"one", "two"}, 60s) != sluice::Status::ok) return 3;
  for (std::uint64_t n = 0; n < records; ++n) {
    ring.claimOne() = n;
    ring.publish();
  }
  ring.close();
  const int first = one.wait();
  return first != 0 ? first : two.wait();
}

int readMessages(const std::string& segment) {
  auto in = sluice::MessageConsumer::attach(
                segment, {.name = "reader", .waitStrategy = sluice::WaitStrategy::sleepAtOnce()})
                .value();
  std::uint64_t expected = 0;
  while (auto batch = in.wait()) {
    for (const sluice::Message& message : batch) {
      const bool isWhole =
          message.bytes.size() == expected % 2048 &&
          (message.bytes.empty() || message.bytes.back() == static_cast<std::byte>(expected));
      if (!isWhole || message.sequence != expected++) return 1;
    }
    in.commit();
  }
  return expected == records && in.status() == sluice::Status::closed ? 0 : 2;
}

/// The same with messages, whose payload is nearly always short.
int streamOfMessages(const std::string& segment) {
  auto ring = sluice::MessageProducer::create(
                  segment, {.payloadBytes = 4096,
                            .capacity = 16,
                            .producer = {.waitStrategy = sluice::WaitStrategy::sleepAtOnce()}})
                  .value();
  sluice::testing::ChildProcess reader([&] { return readMessages(segment); });
  if (ring.waitForConsumers({"reader"}, 60s) != sluice::Status::ok) return 3;
  for (std::uint64_t n = 0; n < records; ++n)
    ring.send(std::string(n % 2048, static_cast<char>(n)));
  ring.close();
  return reader.wait();
}

/// A consumer is killed on a full ring, and then the producer; everybody else goes on.
int deaths(const std::string& segment) {
  constexpr std::uint64_t capacity = 4;
  const sluice::testing::SharedNumber published;
  sluice::testing::ChildProcess producer([&] {
    auto ring = Ring::create(segment, {.capacity = capacity,
                                       .waitStrategy = sluice::WaitStrategy::sleepAtOnce()})
                    .value();
    if (ring.waitForConsumers({"doomed", "reader"}, 60s) != sluice::Status::ok) return 1;
    for (std::uint64_t n = 0; n < records; ++n) {
      ring.claimOne() = n;
      ring.publish();
      published.set(n + 1);
    }
    for (;;)
      ::pause();
    return 0;
  });
  sluice::testing::ChildProcess doomed([&] {
    auto in = Reader::attach(segment, {.name = "doomed", .appearWithin = 60s}).value();
    for (;;)
      ::pause();
    return 0;
  });
  auto in = Reader::attach(segment, {.name = "reader",
                                     .appearWithin = 60s,
                                     .waitStrategy = sluice::WaitStrategy::sleepAtOnce()})
                .value();
  if (!published.reaches(capacity)) return 5;
  std::uint64_t expected = 0;
  while (auto batch = in.wait()) {
    for (const std::uint64_t number : batch)
      if (number != expected++) return 1;
    in.commit();
    if (expected == capacity) doomed.signal(SIGKILL);
    if (expected == records) producer.signal(SIGKILL);
  }
  if (expected != records || in.status() != sluice::Status::peerDied) return 6;
  const auto successor = Ring::open(segment, {.takeOverWithin = 60s}).value();
  return successor.lastPublished() == records - 1 ? 0 : 7;
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

/// 0 when a process without membarrier may not choose it for a new segment, is told why, and leaves
/// nothing behind.
int choose(const std::string& segment) {
  using sluice::WakeProtocol;
  const auto ring =
      Ring::create(segment, {.capacity = 8, .wakeProtocol = WakeProtocol::membarrier});
  if (ring) return 1;
  const sluice::Error& error = ring.error();
  std::puts(error.message().c_str());
  if (error.code != sluice::ErrorCode::incompatible || error.field != "wakeProtocol") return 2;
  for (const auto other : {WakeProtocol::fence, WakeProtocol::none}) {
    if (!Ring::create(segment, {.capacity = 8, .wakeProtocol = other})) return 3;
    if (!sluice::removeSegment(segment)) return 5;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) try {
  if (count != 4) return 2;
  const std::string operation = words[1];
  const std::string refused = words[3];
  constexpr long futexWaitvCall = 449;
  const auto refusal = sluice::testing::Refusal::withError(ENOSYS);
  for (const auto& [name, number] :
       {std::pair{"membarrier", long{SYS_membarrier}}, std::pair{"futex_waitv", futexWaitvCall},
        std::pair{"set_robust_list", long{SYS_set_robust_list}},
        std::pair{"close_range", long{SYS_close_range}}, std::pair{"unshare", long{SYS_unshare}}}) {
    if (refused.find(name) != std::string::npos || refused == "all")
      sluice::testing::forbidSystemCall(number, refusal);
  }
  if (operation == "deaths") return deaths(words[2]);
  if (operation == "choose") return choose(words[2]);
  if (operation == "messages") return streamOfMessages(words[2]);
  return operation == "stream" ? stream(words[2]) : attach(words[2]);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 4;
}
