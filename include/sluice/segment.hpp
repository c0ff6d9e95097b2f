// Segments by name: which there are, and taking them away.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sluice/c/linkage.h"
#include "sluice/policy.hpp"
#include "sluice/result.hpp"

namespace sluice {

struct RemoveOptions {
  std::string directory = std::string(defaultDirectory);
  bool evenIfInUse = false;    ///< participants that are attached go on undisturbed, without a name
  bool evenIfHeld = false;     ///< what a held consumer's successor has not read is lost
  bool evenIfForeign = false;  ///< a file that does not begin as a segment does is removed too
};

/// Removes the segment's name: nobody new can attach, and the memory is freed when the last
/// participant goes. notFound when there is no such name; notASegment when the file does not begin
/// as a segment does; inUse while a producer or a consumer lives in it, and while the row of a dead
/// consumer is held that has not read everything; the error names that participant. Thread-safe.
[[nodiscard]] SLUICE_API Result<void> removeSegment(std::string_view name,
                                                    const RemoveOptions& options = {});

/// Gives up the row of a consumer that is dead and held for a successor, or evicted: the producer
/// goes on without it, and the name begins anew. Whatever it had not committed is lost. notFound
/// when no row has that name, inUse while its consumer lives. Thread-safe.
[[nodiscard]] SLUICE_API Result<void> removeConsumer(std::string_view segment,
                                                     std::string_view consumer,
                                                     std::string_view directory = defaultDirectory);

/// The names of the segments in a directory, sorted: the files there that this process may read and
/// that begin as a segment does. Thread-safe.
[[nodiscard]] SLUICE_API Result<std::vector<std::string>> listSegments(
    std::string_view directory = defaultDirectory);

}  // namespace sluice
