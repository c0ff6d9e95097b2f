#include "sluice/observer.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using testing::ChildProcess;
using testing::SegmentName;

TEST(Observer, NeedsNoMoreThanPermissionToRead) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can become a stranger";
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8, .mode = 0444}).value();
  ChildProcess stranger([&] {
    // Who may only read the file can still look.
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) return 2;
    if (Consumer<Tick>::attach(name.str()).error().code != ErrorCode::denied) return 3;
    return Observer<Tick>::attach(name.str()).has_value() ? 0 : 4;
  });
  EXPECT_EQ(stranger.wait(), 0);
}

}  // namespace
}  // namespace sluice
