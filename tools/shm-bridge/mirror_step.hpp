// What a mirror ring does with the next batch of its stream.
#pragma once

#include <cstdint>

#include "sluice/sequence.hpp"
#include "wire.hpp"

namespace shm_bridge {

/// How far a mirror ring is. It holds records of one ring, without a gap.
struct MirrorPosition {
  SegmentId ring{};
  std::uint64_t part = 0;
  sluice::Sequence next = 0;  ///< the record that comes next
};

/// The batch has something that the mirror ring does not have yet. Along a stream it turns from
/// false to true once. Records of one ring are told by their sequences, rings by their parts.
bool isNews(const BatchHead& head, const MirrorPosition& position) noexcept;

struct MirrorStep {
  enum class Kind {
    take,     ///< all but the first `known` records
    gap,      ///< the records from position.next to head.first - 1 are lost
    newRing,  ///< the batch is of another ring
  };
  Kind kind;
  std::uint64_t known = 0;
};

/// Throws Refusal where the batch cannot come behind that position.
MirrorStep stepOf(const BatchHead& head, const MirrorPosition& position);

}  // namespace shm_bridge
