// Accounts that outlive the processes that keep them.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agreement.hpp"
#include "sluice/sequence.hpp"

namespace sluice::soak {

/// A number that one process at a time writes, and the next finds when that one was killed.
class Entry {
 public:
  explicit Entry(std::uint64_t value = 0) noexcept : value_(value) {}
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_acquire); }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_release); }
  void add(std::uint64_t more) noexcept { value_.fetch_add(more, std::memory_order_acq_rel); }

 private:
  std::atomic<std::uint64_t> value_;
};

/// What one name was given, over all the lives of its processes. Positions are sequences: of the
/// first record not yet accounted for. The order of the updates is the accounts' own protocol:
/// processed before the commit, committed after it, so that a process that is killed between the
/// two leaves a range in which its commit lies.
struct alignas(128) ConsumerLedger {
  Entry begun;                ///< 1 once the positions mean something
  Entry committed;            ///< past the last commit known to be good
  Entry processed;            ///< past the last record of which a commit was tried
  Entry start;                ///< where this life began
  Entry owed;                 ///< the first record that was lost when it began, or where it began
  Entry leaving;              ///< 1 from before it leaves in order until the next life has begun
  Entry firstTorn{noneTorn};  ///< the first torn record that no commit has covered
  Entry finished;             ///< 1 when it has seen the end of the stream

  Entry lives;
  Entry records;
  Entry redelivered;
  Entry lost;
  Entry losses;
  Entry evictions;

  static constexpr std::uint64_t noneTorn = ~std::uint64_t{0};
};

/// What all producers have published, one after the other.
struct alignas(128) ProducerLedger {
  Entry published;  ///< past the last record whose publish() returned
  Entry attempted;  ///< past the last record that a publish() was asked for
  Entry active;     ///< the writer whose turn it is
  Entry lives;
  Entry closed;
};

/// Why a process ended itself. A process that is killed while dying in any case is not asked.
struct Complaint {
  std::array<char, 320> text;

  void write(std::string_view why) noexcept {
    const std::size_t length = std::min(why.size(), text.size() - 1);
    std::copy_n(why.begin(), length, text.begin());
    text[length] = '\0';
  }
};

/// Everything that the processes of one round share beside the segment.
struct Board {
  static constexpr std::size_t maxWorkers = 32;

  Entry ending;  ///< 1 when the producer is to close the stream
  Entry leave;   ///< 1 when a consumer that has seen the end may leave
  ProducerLedger producer;
  std::array<ConsumerLedger, maxWorkers> consumers;
  std::array<Complaint, maxWorkers> complaints{};
  Agreement agreement;
};

}  // namespace sluice::soak
