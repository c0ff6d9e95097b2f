// Where a ring goes on in its stream, which the stream's last message tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "refusal.hpp"
#include "sluice/sequence.hpp"
#include "wire.hpp"

namespace shm_bridge {

/// The end of a stream, as it was found.
struct StreamEnd {
  enum class Last {
    none,        ///< nothing was ever stored
    removed,     ///< the last message is gone
    foreign,     ///< another program wrote it
    unreadable,  ///< it is a bridge's, and makes no sense or is of another version
    batch,       ///< it is a bridge's
  };
  std::string stream;              ///< its name
  std::uint64_t lastSequence = 0;  ///< the stream's own
  Last last = Last::none;
  BatchHead head;     ///< of a batch
  std::string fault;  ///< of a foreign or unreadable message: what is wrong with it
};

/// What the user allows where the stream's end does not say where to go on.
struct Permissions {
  bool followNewRing = false;                  ///< the stream may end with another ring's records
  bool resume = false;                         ///< the stream's last message may be gone
  std::optional<sluice::Sequence> resumeAt{};  ///< then go on there, else at the consumer's commit
};

struct Continuation {
  std::uint64_t streamLast = 0;            ///< the stream's sequence that the next message expects
  std::optional<sluice::Sequence> next{};  ///< the first record that is not in the stream; nothing:
                                           ///< where the consumer stands
  std::uint64_t part = 0;                  ///< of that record, if it is the next one sent
  std::optional<RingEnd> end;              ///< the stream has the ring's end already
};

/// Of a bridge's message that cannot be read: never passed over, as it has records.
Refusal unreadable(const std::string& stream, std::uint64_t streamSequence,
                   const std::string& fault);

/// Throws Refusal where the bridge must not go on.
Continuation continuationOf(const StreamEnd& end, const SegmentId& ring, const std::string& bridge,
                            const Permissions& permissions);

}  // namespace shm_bridge
