#include "roles/merge_order.hpp"

#include <algorithm>
#include <utility>

#include "roles/unwoken_member.hpp"

namespace sluice::detail {
namespace {

class HeldRecords final : public UnwokenMember {
 public:
  explicit HeldRecords(MergeOrder& order) noexcept : order_(order) {}

 private:
  bool isReady() noexcept override { return order_.mayGive(std::chrono::steady_clock::now()); }
  TimePoint lookAgainAt() const noexcept override { return order_.giveAt(); }

  MergeOrder& order_;
};

}  // namespace

MergeOrder::Place MergeOrder::Ring::next() const noexcept {
  return {holds() ? std::max(time, offered[given]) : time, rank};
}

void MergeOrder::offer(std::size_t ring, std::vector<std::int64_t> times) {
  Ring& to = rings_.at(ring);
  to.offered = std::move(times);
  to.given = 0;
  to.quietSince.reset();
}

std::optional<MergeOrder::Found> MergeOrder::find(TimePoint now) {
  giveAt_ = forever;
  const auto comesFirst = [](const auto& a, const auto& b) {
    if (a.second.holds() != b.second.holds()) return a.second.holds();
    return a.second.next() < b.second.next();
  };
  const auto first = std::min_element(rings_.begin(), rings_.end(), comesFirst);
  if (first == rings_.end() || !first->second.holds()) return std::nullopt;
  const Place place = first->second.next();
  Place before = atTheEnd;
  TimePoint giveAt = TimePoint::min();
  for (auto& [number, other] : rings_) {
    if (&other == &first->second || other.isQuiet(now - quietLimit_)) continue;
    if (!other.holds() && other.next() < place) {
      if (!other.quietSince) other.quietSince = now;
      giveAt = std::max(giveAt, *other.quietSince + quietLimit_);
    } else {
      before = std::min(before, other.next());
    }
  }
  if (giveAt > now) {
    giveAt_ = giveAt;
    return std::nullopt;
  }
  return Found{first, before};
}

std::optional<MergeOrder::Turn> MergeOrder::give(TimePoint now) {
  const auto found = find(now);
  if (!found) return std::nullopt;
  Ring& ring = found->ring->second;
  std::size_t count = 0;
  do {
    ring.time = ring.next().time;
    if (ring.time < time_) ++late_;
    time_ = std::max(time_, ring.time);
    ++ring.given;
    ++count;
  } while (ring.holds() && ring.next() < found->before);
  return Turn{found->ring->first, count};
}

std::unique_ptr<WaitMember> MergeOrder::waitMember() {
  return std::make_unique<HeldRecords>(*this);
}

}  // namespace sluice::detail
