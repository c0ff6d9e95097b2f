#include "continuation.hpp"

#include <fmt/format.h>

namespace shm_bridge {

namespace {

Continuation newPart(const StreamEnd& end, std::optional<sluice::Sequence> next) {
  return {end.lastSequence, next, end.lastSequence + 1, std::nullopt};
}

Continuation afterRemoved(const StreamEnd& end, const Permissions& permissions) {
  if (permissions.resume) return newPart(end, permissions.resumeAt);
  throw Refusal(
      fmt::format("stream {}: its last message, {}, is gone (purged, deleted, or removed by its "
                  "limits), so it does not tell where to go on; --resume-at commit goes on behind "
                  "the last record that was acknowledged, --resume-at SEQUENCE there",
                  end.stream, end.lastSequence));
}

Continuation afterBatch(const StreamEnd& end, const SegmentId& ring, const std::string& bridge,
                        const Permissions& permissions) {
  const BatchHead& head = end.head;
  if (head.ring != ring) {
    if (permissions.followNewRing) return newPart(end, std::nullopt);
    throw Refusal(
        fmt::format("stream {}: found ring {} at its end, and this ring is {}: it began anew, or "
                    "another ring is sent to the stream; --new-ring follow goes on with this ring, "
                    "--stream sends it to another stream",
                    end.stream, inHex(head.ring), inHex(ring)));
  }
  if (head.bridge != bridge)
    throw Refusal(fmt::format(
        "stream {}: bridge \"{}\" sends this ring to it, and this is bridge \"{}\": only one may; "
        "--name {} goes on as that one once it has ended",
        end.stream, head.bridge, bridge, head.bridge));
  return {end.lastSequence, head.next(), head.part, head.end};
}

}  // namespace

Refusal unreadable(const std::string& stream, std::uint64_t streamSequence,
                   const std::string& fault) {
  return Refusal(
      fmt::format("stream {}: message {} is a bridge's and cannot be read: {}; read it with the "
                  "release that wrote it, or use another stream",
                  stream, streamSequence, fault));
}

Continuation continuationOf(const StreamEnd& end, const SegmentId& ring, const std::string& bridge,
                            const Permissions& permissions) {
  switch (end.last) {
    case StreamEnd::Last::none:
      return newPart(end, std::nullopt);
    case StreamEnd::Last::removed:
      return afterRemoved(end, permissions);
    case StreamEnd::Last::foreign:
      throw Refusal(fmt::format(
          "stream {}: message {} is none of a bridge's ({}): another program writes to the stream; "
          "--skip-foreign goes on behind it, and then `shm-bridge in` needs that too",
          end.stream, end.lastSequence, end.fault));
    case StreamEnd::Last::unreadable:
      throw unreadable(end.stream, end.lastSequence, end.fault);
    case StreamEnd::Last::batch:
      return afterBatch(end, ring, bridge, permissions);
  }
  throw Refusal("unreachable");
}

}  // namespace shm_bridge
