// One way of passing records from one process to others.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "sluice/detail/processor.hpp"
#include "support/sequenced_record.hpp"

namespace sluice::bench {

/// How idle ends wait; ends that poll have calls that never wait, and call them again.
enum class Idling { spin, poll, yield, block, eventLoop };

/// "spinning", "polling", "yielding", "blocking" or "in an event loop".
constexpr const char* nameOf(Idling idling) noexcept {
  switch (idling) {
    case Idling::spin:
      return "spinning";
    case Idling::poll:
      return "polling";
    case Idling::yield:
      return "yielding";
    case Idling::eventLoop:
      return "in an event loop";
    default:
      return "blocking";
  }
}

/// What one of our own floors, or a queue without a wait of its own, does when it finds nothing.
inline void passTime(Idling idling) noexcept {
  if (idling == Idling::spin || idling == Idling::poll)
    detail::spinHint();
  else
    detail::yieldProcessor();
}

/// What a reader takes at most before it gives the slots back.
inline constexpr std::uint64_t mostAtOnce = 256;

/// What is asked of a transport.
struct Load {
  std::size_t recordBytes = 64;  ///< 8, 64 or 1024; 0 for messages, which have sizes of their own
  std::uint64_t batch = 1;  ///< records the producer writes at once; readers take what is there
  unsigned consumers = 1;
  unsigned producers = 1;
  Idling idling = Idling::spin;
  std::uint64_t records = 0;

  /// Records that fit, where the system lets one choose: half a MiB of them, and one MiB of the
  /// largest. That is what stays in a second-level cache.
  constexpr std::uint64_t capacity() const noexcept {
    return (std::uint64_t{512} << (recordBytes == 1024 ? 11U : 10U)) / recordBytes;
  }
};

/// Made before the fork; each process uses its own copy of it and opens its own end, in whatever
/// order. The measured time is that of write() and read().
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  virtual void openWriter() = 0;
  virtual void openReader(unsigned number) = 0;

  /// Writes the records 0 to load.records - 1, every word of them.
  virtual void write() = 0;
  /// Reads as many. What is returned has been given each of them, in place or as a copy.
  virtual Tally read() = 0;
};

/// A transport whose code is made for records of the load's size.
template <template <std::size_t> class System>
std::unique_ptr<Transport> makeForSize(const Load& load) {
  switch (load.recordBytes) {
    case 8:
      return std::make_unique<System<8>>(load);
    case 64:
      return std::make_unique<System<64>>(load);
    case 1024:
      return std::make_unique<System<1024>>(load);
    default:
      throw std::invalid_argument("records have 8, 64 or 1024 bytes");
  }
}

}  // namespace sluice::bench
