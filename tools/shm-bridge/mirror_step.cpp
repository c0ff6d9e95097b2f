#include "mirror_step.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refusal.hpp"

namespace shm_bridge {

bool isNews(const BatchHead& head, const MirrorPosition& position) noexcept {
  if (head.ring != position.ring) return head.part > position.part;
  return head.next() > position.next || (head.end && head.next() == position.next);
}

MirrorStep stepOf(const BatchHead& head, const MirrorPosition& position) {
  const bool isSameRing = head.ring == position.ring;
  if (!isSameRing && head.part <= position.part)
    throw Refusal(
        fmt::format("found ring {}, part {}, behind ring {}, part {}, that the mirror ring holds: "
                    "the stream was made anew; remove the mirror ring, and begin with --from",
                    inHex(head.ring), head.part, inHex(position.ring), position.part));
  if (!isSameRing) return {MirrorStep::Kind::newRing};
  if (head.first > position.next) return {MirrorStep::Kind::gap};
  return {MirrorStep::Kind::take, std::min(position.next - head.first, head.count)};
}

}  // namespace shm_bridge
