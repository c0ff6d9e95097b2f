// One run of a transport between two processors.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "support/transport.hpp"

namespace sluice::bench {

/// What one run gave. The raw ping-pong of its own two processes, before and after, tells runs on
/// two threads of one core, or on a core that moved, from others.
struct RunResult {
  double recordsPerSecond = 0;
  std::chrono::nanoseconds rawBefore{};
  std::chrono::nanoseconds rawAfter{};
};

/// Where the ends run: the writer on the first, the readers on the others in turn.
struct Processors {
  std::vector<int> numbers{0, 1};
};

/// What an end does in its own process: opens, and then works when everybody has opened.
struct End {
  std::function<void()> open;
  std::function<void()> work;
};

/// Runs the first end and the others in processes of their own; from the first one's start to the
/// last one's end counts. Throws when an end fails.
RunResult runEnds(const std::vector<End>& ends, std::uint64_t records,
                  const Processors& processors);

/// Throws when a reader has not seen exactly what was written.
template <std::size_t size>
RunResult runOnce(Transport<size>& transport, const Load& load, const Processors& processors) {
  std::vector<End> ends{{[&] { transport.openWriter(); }, [&] { transport.write(); }}};
  for (unsigned number = 0; number < load.consumers; ++number) {
    ends.push_back({[&, number] { transport.openReader(number); },
                    [&] {
                      Tally tally;
                      transport.read(tally);
                      if (!tally.template isExactly<size>(load.records))
                        throw std::runtime_error("a record was lost, doubled or changed");
                    }});
  }
  return runEnds(ends, load.records, processors);
}

}  // namespace sluice::bench
