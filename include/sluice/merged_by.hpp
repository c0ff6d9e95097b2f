// How a reader of many rings merges their records.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace sluice {

/// Gives the records of all rings in the order of their times, and those of equal times by the
/// number of their ring. `R` is the record, Message, or the bytes of an untyped record.
///
/// A record counts as no earlier than the records before it in its ring. A ring that has nothing
/// holds the later records of the others back until it has, for at most the quiet limit, and then
/// no more until it has something again. A record that comes after one of a later time is given all
/// the same, and counted.
template <class R>
struct MergedBy {
  std::function<std::int64_t(const R&)> time;                            ///< in whatever unit
  std::chrono::nanoseconds quietLimit = std::chrono::milliseconds(100);  ///< 0 or more
};

}  // namespace sluice
