// What an observer saw.
#pragma once

#include <cstdint>

#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice {

/// How a look for a record went.
struct Observation {
  Sequence sequence;   ///< of the record; without a record, what would come next
  std::uint64_t lost;  ///< records overwritten between the last one returned and this one
  Status status;       ///< Status::ok for a record
  explicit operator bool() const noexcept { return status == Status::ok; }
};

/// The same with the record, which lies in the observer until its next call.
template <class T>
struct Observed : Observation {
  const T& record;  ///< of no meaning when there is none
};

}  // namespace sluice
