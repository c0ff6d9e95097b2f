// One way of passing records from one process to others.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sluice/platform/futex.hpp"
#include "support/sequenced_record.hpp"

namespace sluice::bench {

/// How idle ends wait.
enum class Idling { spin, yield, block };

/// What one of our own floors, or a queue without a wait of its own, does when it finds nothing.
inline void passTime(Idling idling) noexcept {
  if (idling == Idling::spin)
    platform::spinHint();
  else
    platform::yieldProcessor();
}

/// What is asked of a transport.
struct Load {
  std::uint64_t records = 0;
  std::uint64_t batch = 1;     ///< records the producer writes at once
  std::uint64_t capacity = 0;  ///< records that fit, where the system lets one choose
  unsigned consumers = 1;
  Idling idling = Idling::spin;
};

/// Made before the fork; each process uses its own copy of it and opens its own end, in whatever
/// order. The measured time is that of write() and read().
template <std::size_t size>
class Transport {
 public:
  using Record = SequencedRecord<size>;

  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  virtual void openWriter() = 0;
  virtual void openReader(unsigned number) = 0;

  /// Writes the records 0 to load.records - 1.
  virtual void write() = 0;
  /// Reads as many.
  virtual void read(Tally& tally) = 0;
};

}  // namespace sluice::bench
