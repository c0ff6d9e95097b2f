// Consumers of other processes that do nothing until they are killed.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {

/// A process that has such a consumer until it is killed.
inline testing::ChildProcess attachAndStay(const testing::SegmentName& name,
                                           const ConsumerOptions& options) {
  return testing::ChildProcess([&name, options] {
    const auto in = Consumer<Tick>::attach(name.str(), options).value();
    for (;;)
      ::pause();
    return 0;
  });
}

/// Returns once nothing is left of it.
inline void kill(testing::ChildProcess& process) {
  process.signal(SIGKILL);
  ASSERT_EQ(process.wait(), -1000 - SIGKILL);
}

}  // namespace sluice
