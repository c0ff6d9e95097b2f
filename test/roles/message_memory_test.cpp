// What an observer does with a message for which its process has no memory.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "sluice/message.hpp"
#include "support/child_process.hpp"
#include "support/sanitizers.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;

rlim_t addressSpace() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

TEST(MessageObserver, ThatHasNoMemoryForAMessageIsGivenItOnceItHas) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers need addresses of their own";
  testing::SegmentName name;
  testing::ChildProcess child([&] {
    // More than what an allocator may have set aside already.
    constexpr std::size_t longest = std::size_t{64} << 20;
    auto ring =
        MessageProducer::create(name.str(), {.payloadBytes = 2 * longest, .capacity = 4}).value();
    auto out = MessageObserver::attach(name.str(), {.startAt = StartAt::oldest}).value();
    const std::vector<std::byte> bytes(longest, std::byte{7});
    for (int i = 0; i < 5; ++i)
      ring.send(bytes);
    rlimit limit{};
    ::getrlimit(RLIMIT_AS, &limit);
    const rlimit tight{addressSpace() + (rlim_t{1} << 20), limit.rlim_max};
    ::setrlimit(RLIMIT_AS, &tight);
    for (int i = 0; i < 2; ++i) {
      try {
        static_cast<void>(out.wait(60s));
        return 1;
      } catch (const Exception& exception) {
        if (exception.error().field != "memory") return 2;
      }
    }
    ::setrlimit(RLIMIT_AS, &limit);
    const ObservedMessage message = out.wait(60s);
    if (message.bytes.size() != longest || message.bytes.back() != std::byte{7}) return 3;
    return message.sequence != 0 && message.lost == message.sequence ? 0 : 4;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice
