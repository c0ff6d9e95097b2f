// One run of two or more processes, each on its processor.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

namespace sluice::bench {

/// Where the ends run: each on the next, in turn.
struct Processors {
  std::vector<int> numbers{0, 1};
};

/// What an end does in its own process: opens, and then works when everybody has opened.
struct End {
  std::function<void()> open;
  std::function<void()> work;
};

struct EndsResult {
  std::chrono::nanoseconds time;  ///< from the first end's start to the last one's end
  /// The raw ping-pong of the first two ends, in nanoseconds, before and after their work; 0 where
  /// there is one end, or one processor.
  double rawBefore = 0;
  double rawAfter = 0;
};

/// At most 65 ends. Throws when one fails.
EndsResult runEnds(const std::vector<End>& ends, const Processors& processors);

}  // namespace sluice::bench
