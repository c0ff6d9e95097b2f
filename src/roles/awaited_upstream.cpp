#include "roles/awaited_upstream.hpp"

#include "format/end_of_stream.hpp"

namespace sluice::detail {

bool AwaitedUpstream::isReady() noexcept {
  const auto behind = std::find_if(upstream_.begin(), upstream_.end(), [this](Upstream& one) {
    one.look();
    return !reached(one.committed(), target_);
  });
  if (behind == upstream_.end()) return true;
  awaited_ = &*behind;
  return false;
}

Status AwaitedUpstream::checkPeer() {
  if (row_.isEvicted()) return Status::evicted;
  const Sequence end = endOfStream(view_);
  const Status producer = producer_.check(end);
  // What the producer left behind still comes, once those before have read it.
  if (producer != Status::ok && !reached(end, target_)) return producer;
  return awaited_->check();
}

}  // namespace sluice::detail
