#include "stream_search.hpp"

namespace shm_bridge {

std::uint64_t firstWanted(const Stream& stream, const StreamFacts& facts,
                          const std::function<bool(const BatchHead&)>& isWanted) {
  std::uint64_t low = facts.firstSequence == 0 ? 1 : facts.firstSequence;
  std::uint64_t high = facts.lastSequence + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    std::uint64_t at = middle;
    FoundBatch found = stream.batchAt(at);
    while (found.kind != FoundBatch::Kind::batch && at + 1 < high)
      found = stream.batchAt(++at);
    const bool isBefore = found.kind == FoundBatch::Kind::batch && !isWanted(found.head);
    if (isBefore)
      low = at + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace shm_bridge
