// Segments whose producer is gone, as several role tests begin with.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick_stream.hpp"

namespace sluice {

/// How the producer went.
enum class End { left, died, closed };

/// Makes a segment of that name, with two records, whose producer is gone.
inline void leaveBehind(const testing::SegmentName& name, End end) {
  testing::ChildProcess producer([&] {
    auto ring = create(name, 8);
    publish(ring, 0, 2);
    if (end == End::died) ::raise(SIGKILL);
    if (end == End::closed) ring.close();
    return 0;
  });
  ASSERT_EQ(producer.wait(), end == End::died ? -1000 - SIGKILL : 0);
}

}  // namespace sluice
