// A system that carries records of many processes to one, as one of those that are compared.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "comparison/comparison.hpp"
#include "support/ends.hpp"
#include "support/transport.hpp"
#include "support/writer_tallies.hpp"

namespace sluice::bench {

/// Made before the fork; each process uses its own copy of it and opens its own end, in whatever
/// order. The measured time is that of write() and read().
class FanInTransport {
 public:
  FanInTransport() = default;
  FanInTransport(const FanInTransport&) = delete;
  FanInTransport& operator=(const FanInTransport&) = delete;
  virtual ~FanInTransport() = default;

  virtual void openWriter(unsigned number) = 0;
  virtual void openReader() = 0;

  /// Writes load.records records, one at a time, which begin with the writer's first sequence.
  virtual void write() = 0;
  /// Reads as many of each writer.
  virtual WriterTallies read() = 0;
};

struct FanInSystem {
  std::string name;
  Kind kind;
  /// Called anew for each run. The load's records are those of each writer.
  std::function<std::unique_ptr<FanInTransport>(const Load&)> make;
};

template <class T>
std::unique_ptr<FanInTransport> makeFanIn(const Load& load) {
  return std::make_unique<T>(load);
}

/// How many writers a run may have.
inline constexpr unsigned maxWriters = 64;

/// Millions of records a second, in runs of about `runTime`. The reader has the first processor,
/// the writers have the others in turn. Load::records is not looked at. A run throws when the
/// reader has not seen exactly what was written.
Contender contend(const FanInSystem& system, const Load& load, const Processors& processors,
                  std::chrono::nanoseconds runTime);

}  // namespace sluice::bench
