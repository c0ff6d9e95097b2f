// What the processes of the soak of a FanIn share.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sluice/record.hpp"

namespace sluice::soak {

struct Parcel {
  std::uint64_t origin;  ///< the ring's number
  std::uint64_t number;  ///< the record's sequence
};

}  // namespace sluice::soak

template <>
inline constexpr auto sluice::recordFields<sluice::soak::Parcel> = std::array{
    SLUICE_FIELD(sluice::soak::Parcel, origin), SLUICE_FIELD(sluice::soak::Parcel, number)};

namespace sluice::soak {

/// Of one ring. The producer alone stores the first, the collector (of a merge: its reader) alone
/// the others.
struct RingAccount {
  std::atomic<std::uint64_t> published{0};  ///< once it is closed
  std::atomic<std::uint64_t> committed{0};  ///< the first sequence that is not
  std::atomic<std::uint64_t> taken{0};      ///< what `committed` is to be after the commit
  std::atomic<bool> isEnded{false};
};

/// In memory that all of them have mapped. What is killed leaves it as it is.
struct Board {
  static constexpr std::size_t maxRings = 1024;

  void complain(std::string_view reason) noexcept {
    if (hasComplaint.exchange(true, std::memory_order_acq_rel)) return;
    std::copy_n(reason.begin(), std::min(reason.size(), complaint.size() - 1), complaint.begin());
  }

  std::array<RingAccount, maxRings> rings{};
  std::atomic<std::uint64_t> records{0};  ///< that were committed
  std::atomic<bool> isEnding{false};      ///< producers close their rings
  std::atomic<bool> areProducersGone{false};
  std::atomic<bool> hasComplaint{false};
  std::array<char, 512> complaint{};
};

}  // namespace sluice::soak
