// Taking a segment's name away.
#pragma once

#include <string>
#include <string_view>

#include "sluice/liveness/segment_name.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/platform/segment_file.hpp"

namespace sluice {

/// Removes the segment's name. Who is attached goes on undisturbed, nobody new can attach, and the
/// memory is freed when the last one goes. notFound when there is no such name; with
/// RemoveWhen::unused inUse, and by whom, while a producer or a consumer lives in it.
inline Result<void> remove(std::string_view name,
                           std::string_view directory = platform::defaultDirectory,
                           RemoveWhen when = RemoveWhen::always) {
  return removeSegment({std::string(directory), std::string(name)}, when);
}

/// Gives up the row of a consumer that is dead and held for a successor, or evicted: the producer
/// goes on without it, and the name begins anew. Whatever it had not committed is lost. notFound
/// when no row has that name, inUse while its consumer lives.
Result<void> removeConsumer(std::string_view segment, std::string_view consumer,
                            std::string_view directory = platform::defaultDirectory);

}  // namespace sluice
