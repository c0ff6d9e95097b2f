#include "sluice/detail/fan_in_core.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "os/cancellation.hpp"
#include "os/process_stamp.hpp"
#include "roles/discovery.hpp"
#include "roles/joined_ring.hpp"
#include "roles/merge_order.hpp"
#include "sluice/wait_set.hpp"

namespace sluice::detail {
namespace {

const FanInRing noRing{};
const Error noError{};

FanInFinding nothing(Status status) noexcept {
  return {.news = FanInNews::none, .status = status, .ring = &noRing, .error = &noError};
}

}  // namespace

class FanInCore::State {
 public:
  State(std::unique_ptr<Discovery> discovery, const FanInOptions& options, MakeReader makeReader,
        std::optional<MergeOrder> order)
      : options_(options),
        makeReader_(std::move(makeReader)),
        discovery_(std::move(discovery)),
        order_(std::move(order)),
        set_(options.waitStrategy),
        discoveryMember_(set_.add(*discovery_)) {
    if (order_) set_.add(*order_);
    takeFinds();
  }

  FanInFinding wait(const WaitLimit& limit);
  Status commit() noexcept;
  Status commit(std::size_t n) noexcept;
  Status commitAll() noexcept;
  /// Less the discovery and the order.
  std::size_t size() const noexcept { return set_.size() - (order_ ? 2 : 1); }
  std::uint64_t late() const noexcept { return order_ ? order_->late() : 0; }
  Result<int> readyDescriptor() { return set_.readyDescriptor(); }
  Status arm();

 private:
  using Rings = std::vector<std::unique_ptr<JoinedRing>>;

  void takeFinds();
  void add(FoundRing found);
  std::optional<FanInFinding> refusedNext();
  std::optional<FanInFinding> readyNext();
  std::optional<FanInFinding> mergedNext();
  std::optional<FanInFinding> serve(std::size_t member, Status status);
  FanInFinding give(JoinedRing& ring, std::size_t count);
  Status findReady(const WaitLimit& limit);
  FanInFinding end(std::size_t member, Status status);
  Status commit(JoinedRing& ring) noexcept;
  void letGo(JoinedRing& ring);
  void forgetEnded();

  FanInOptions options_;
  MakeReader makeReader_;
  std::unique_ptr<Discovery> discovery_;
  std::optional<MergeOrder> order_;
  Rings rings_;  // by their number in the set
  Rings ended_;  // told as ended: what is not committed, and the ring told last
  WaitSet set_;
  std::size_t discoveryMember_;
  JoinedRing* current_ = nullptr;
  std::size_t currentSize_ = 0;  // of the batch given last
  RefusedName refused_;
  FanInRing refusedRing_;
  std::vector<ReadyMember> ready_;  // of which the first nextReady_ were served
  std::size_t nextReady_ = 0;
  std::uint64_t nextNumber_ = 0;
  ProcessStamp process_ = ProcessStamp::current();
};

FanInFinding FanInCore::State::wait(const WaitLimit& limit) {
  forgetEnded();
  if (limit.stop().stop_requested()) return nothing(Status::stopped);
  const WaitLimit started = limit.started();
  for (;;) {
    if (const auto found = refusedNext()) return *found;
    if (const auto found = readyNext()) return *found;
    if (!process_.isCurrent()) return nothing(Status::detached);
    if (const auto found = mergedNext()) return *found;
    const TimePoint giveAt = order_ ? order_->giveAt() : forever;
    const Status status = findReady({std::min(started.deadline(), giveAt), started.stop()});
    if (status == Status::timedOut && started.status() == Status::ok) continue;
    if (status != Status::ok) return nothing(status);
  }
}

void FanInCore::State::takeFinds() {
  for (FoundRing& found : discovery_->takeRings())
    add(std::move(found));
}

void FanInCore::State::add(FoundRing found) {
  auto ring = std::make_unique<JoinedRing>();
  ring->told = {std::move(found.name), nextNumber_++, found.lost, found.attachment.segmentId()};
  ring->reader = makeReader_(std::move(found.attachment), options_);
  const std::size_t member = order_ ? set_.add(*ring) : set_.add(*ring->reader);
  if (order_) order_->add(member, ring->told.number);
  if (rings_.size() <= member) rings_.resize(member + 1);
  rings_[member] = std::move(ring);
}

std::optional<FanInFinding> FanInCore::State::refusedNext() {
  auto name = discovery_->takeRefused();
  if (!name) return std::nullopt;
  refused_ = *std::move(name);
  refusedRing_ = {.name = refused_.name};
  return FanInFinding{.news = FanInNews::refused, .ring = &refusedRing_, .error = &refused_.error};
}

/// Each that was ready at the last look is served once before the next look.
std::optional<FanInFinding> FanInCore::State::readyNext() {
  while (nextReady_ < ready_.size()) {
    const ReadyMember& one = ready_[nextReady_++];
    if (auto found = serve(one.member, one.status)) return found;
  }
  return std::nullopt;
}

/// What has come by now goes before what was held back.
std::optional<FanInFinding> FanInCore::State::mergedNext() {
  if (!order_) return std::nullopt;
  if (findReady(WaitLimit::now()) == Status::ok)
    if (auto ended = readyNext()) return ended;
  const auto turn = order_->give(std::chrono::steady_clock::now());
  if (!turn) return std::nullopt;
  return give(*rings_[turn->ring], turn->count);
}

/// So many of what was taken.
FanInFinding FanInCore::State::give(JoinedRing& ring, std::size_t count) {
  const ArrivedSlots slots = ring.reader->part(ring.taken, ring.given, count);
  current_ = &ring;
  currentSize_ = count;
  ring.given += count;
  return {.news = FanInNews::records,
          .ring = &ring.told,
          .error = &noError,
          .reader = ring.reader.get(),
          .slots = slots};
}

/// `status` is what the set said of it.
std::optional<FanInFinding> FanInCore::State::serve(std::size_t member, Status status) {
  if (member >= rings_.size() || rings_[member] == nullptr) return std::nullopt;
  JoinedRing& ring = *rings_[member];
  const ArrivedSlots slots = ring.reader->take();
  if (slots.count != 0) {
    ring.taken = slots;
    ring.given = 0;
    if (!order_) return give(ring, slots.count);
    order_->offer(member, ring.reader->times(slots));
    return std::nullopt;
  }
  if (slots.status == Status::detached) return nothing(Status::detached);
  const Status end = slots.status == Status::timedOut ? status : slots.status;
  if (end == Status::ok) return std::nullopt;
  return this->end(member, end);
}

/// Waits until something is ready. All that is ready is served before the next look, in the order
/// of the members: in turn.
Status FanInCore::State::findReady(const WaitLimit& limit) {
  const ReadyMembers found = set_.wait(limit);
  if (!found) return found.status();
  ready_.assign(found.begin(), found.end());
  nextReady_ = 0;
  const auto isDiscovery = [this](const ReadyMember& one) {
    return one.member == discoveryMember_;
  };
  if (std::erase_if(ready_, isDiscovery) != 0) takeFinds();
  std::sort(ready_.begin(), ready_.end(),
            [](const ReadyMember& a, const ReadyMember& b) { return a.member < b.member; });
  return Status::ok;
}

FanInFinding FanInCore::State::end(std::size_t member, Status status) {
  set_.remove(member);
  if (order_) order_->remove(member);
  ended_.push_back(std::move(rings_[member]));
  JoinedRing& ring = *ended_.back();
  ring.end = status;
  current_ = &ring;
  // What an evicted consumer was given and has not committed is void.
  if (status == Status::evicted || ring.reader->isCommitted()) letGo(ring);
  return {.news = FanInNews::ended, .status = status, .ring = &ring.told, .error = &noError};
}

/// A successor may come to a ring that is not closed, and must not wait for this consumer.
void FanInCore::State::letGo(JoinedRing& ring) {
  using Then = RingLetGo::Then;
  Then then = Then::keep;
  if (ring.end == Status::evicted)
    then = Then::joinAgain;
  else if (ring.end != Status::closed)
    ring.reader->resign();
  else if (options_.removeClosed)
    then = Then::remove;
  ring.reader.reset();
  discovery_->letGo({ring.told.name, ring.told.id, then});
}

void FanInCore::State::forgetEnded() {
  current_ = nullptr;
  if (!ended_.empty())
    std::erase_if(ended_, [](const auto& ring) { return ring->reader == nullptr; });
}

Status FanInCore::State::commit(JoinedRing& ring) noexcept {
  if (ring.reader == nullptr) return Status::ok;
  const Status status = ring.reader->commit(ring.given);
  if (ring.end && status != Status::detached) letGo(ring);
  return status;
}

Status FanInCore::State::commit() noexcept {
  if (current_ != nullptr) return commit(*current_);
  return process_.isCurrent() ? Status::ok : Status::detached;
}

/// After an end there is no batch to have a part of.
Status FanInCore::State::commit(std::size_t n) noexcept {
  if (current_ == nullptr || current_->end) return commit();
  const std::size_t before = current_->given - currentSize_;
  return current_->reader->commit(before + std::min(n, currentSize_));
}

Status FanInCore::State::commitAll() noexcept {
  Status all = Status::ok;
  for (Rings* rings : {&rings_, &ended_}) {
    for (const auto& ring : *rings) {
      if (ring == nullptr || ring->reader == nullptr || ring->reader->isCommitted()) continue;
      const Status status = commit(*ring);
      if (all == Status::ok) all = status;
    }
  }
  return all;
}

/// What is left of the last look is ready still, and the set finds it again.
Status FanInCore::State::arm() {
  const ReadyMembers ready = set_.arm();
  return ready ? Status::ok : ready.status();
}

Error noTimeOfRecords(std::string_view pattern) {
  return {ErrorCode::invalidArgument,
          std::string(pattern),
          "merged",
          "no function",
          "a function",
          "give one that returns the time of a record"};
}

Result<FanInCore> FanInCore::open(std::span<const std::string_view> patterns,
                                  const FanInOptions& options, const Expectation& expectation,
                                  MakeReader makeReader,
                                  std::optional<std::chrono::nanoseconds> quietLimit) {
  const CancellationDisabled whole;
  if (quietLimit && *quietLimit < std::chrono::nanoseconds::zero())
    return Error{ErrorCode::invalidArgument,
                 patterns.empty() ? "" : std::string(patterns.front()),
                 "quietLimit",
                 std::to_string(quietLimit->count()) + " ns",
                 "0 or more",
                 ""};
  auto discovery = Discovery::start(patterns, options, expectation);
  if (!discovery) return discovery.error();
  std::optional<MergeOrder> order;
  if (quietLimit) order.emplace(*quietLimit);
  return FanInCore(std::make_unique<State>(*std::move(discovery), options, std::move(makeReader),
                                           std::move(order)));
}

FanInCore::FanInCore(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
FanInCore::FanInCore(FanInCore&&) noexcept = default;
FanInCore& FanInCore::operator=(FanInCore&&) noexcept = default;
FanInCore::~FanInCore() = default;

FanInFinding FanInCore::wait(const WaitLimit& limit) {
  return state_ == nullptr ? nothing(Status::detached) : state_->wait(limit);
}

Status FanInCore::commit() noexcept {
  return state_ == nullptr ? Status::detached : state_->commit();
}

Status FanInCore::commit(std::size_t n) noexcept {
  return state_ == nullptr ? Status::detached : state_->commit(n);
}

Status FanInCore::commitAll() noexcept {
  return state_ == nullptr ? Status::detached : state_->commitAll();
}

std::size_t FanInCore::size() const noexcept {
  return state_ == nullptr ? 0 : state_->size();
}

std::uint64_t FanInCore::late() const noexcept {
  return state_ == nullptr ? 0 : state_->late();
}

Result<int> FanInCore::readyDescriptor() {
  if (state_ != nullptr) return state_->readyDescriptor();
  return Error{ErrorCode::invalidArgument,
               "",
               "readyDescriptor",
               "a FanIn that was moved from",
               "an open one",
               ""};
}

Status FanInCore::arm() {
  return state_ == nullptr ? Status::detached : state_->arm();
}

}  // namespace sluice::detail
