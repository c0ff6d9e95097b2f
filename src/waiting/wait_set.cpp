#include "sluice/wait_set.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "os/futex.hpp"
#include "os/slice.hpp"
#include "sluice/detail/wait_member.hpp"
#include "waiting/armed_wait.hpp"
#include "waiting/joint_sleep.hpp"
#include "waiting/ready_descriptor.hpp"
#include "waiting/stop_wake.hpp"

namespace sluice {
namespace {

using detail::ArmedWait;
using detail::FutexExpectation;
using detail::TimePoint;

struct Member {
  std::unique_ptr<detail::WaitMember> role;
  ArmedWait wait;
  bool goesOn = false;  // in this wait there is something to wait for
};

/// Looks that are due at about the same time are made at the same time, so that the thread wakes
/// seldom though it has many members. What is due soon is not put off.
TimePoint together(TimePoint due) noexcept {
  const auto grid = std::chrono::steady_clock::duration(detail::slice) / 4;
  if (due == detail::forever || due - std::chrono::steady_clock::now() < grid) return due;
  return TimePoint((due.time_since_epoch() / grid + 1) * grid);
}

}  // namespace

class WaitSet::State {
 public:
  explicit State(const WaitStrategy& strategy) noexcept : strategy_(strategy) {}

  std::size_t add(std::unique_ptr<detail::WaitMember> role) {
    const auto isFree = [](const Member& member) { return member.role == nullptr; };
    const auto place = std::find_if(members_.begin(), members_.end(), isFree);
    const auto number = static_cast<std::size_t>(place - members_.begin());
    if (place == members_.end()) members_.emplace_back();
    members_[number].role = std::move(role);
    ++size_;
    return number;
  }

  void remove(std::size_t number) noexcept {
    if (number >= members_.size() || members_[number].role == nullptr) return;
    // Its words may be unmapped next. A forked child must not read what is its parent's.
    if (descriptor_ && !descriptor_->isInherited()) descriptor_->release();
    sleep_.leave();
    members_[number] = Member();
    --size_;
  }

  std::size_t size() const noexcept { return size_; }

  ReadyMembers wait(const WaitLimit& limit);

  Result<int> readyDescriptor();
  ReadyMembers armDescriptor();

 private:
  /// For each member that there is something to wait for, the one after the last first one first.
  template <class Visit>
  void forEach(Visit visit) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const std::size_t number = (first_ + i) % members_.size();
      if (members_[number].goesOn) visit(number, members_[number].wait);
    }
  }

  void begin();
  bool findReady();
  bool findEnded();
  void findEndBeside();
  void check(std::size_t number, ArmedWait& wait);
  Status sleep(const WaitLimit& limit);
  void arm();
  bool isArmedStill();
  TimePoint wakeAt(const WaitLimit& limit);
  void lookAtWords();
  void sleepOnce(TimePoint until);

  ReadyMembers nothing(Status status) const noexcept { return {{}, status}; }
  ReadyMembers found() const noexcept { return {ready_, Status::ok}; }

  WaitStrategy strategy_;
  std::vector<Member> members_;
  std::size_t size_ = 0;
  std::size_t first_ = 0;  // the member that is looked at first
  std::vector<ReadyMember> ready_;
  std::vector<detail::WatchedWord> lifelines_;
  std::atomic<std::uint32_t> never_{0};  // to sleep on where there is nothing else
  detail::JointSleep sleep_;
  std::optional<detail::ReadyDescriptor> descriptor_;
  std::vector<detail::WatchedWord> watched_;  // what to sleep on
};

ReadyMembers WaitSet::State::wait(const WaitLimit& limit) {
  constexpr std::uint32_t looksPerCheck = 64;
  if (limit.stop().stop_requested()) return nothing(Status::stopped);
  const WaitLimit started = limit.started();
  begin();
  for (std::uint32_t round = 0;; ++round) {
    if (findReady()) {  // [W1] pairs with [P1]
      findEndBeside();
      return found();
    }
    if (round % looksPerCheck == 0) {
      if (findEnded()) return found();
      if (const Status over = started.status(); over != Status::ok) return nothing(over);
    }
    if (!strategy_.idle(round)) break;
  }
  const Status status = sleep(started);
  return status == Status::ok ? found() : nothing(status);
}

/// What has ended already is found, and more may be found beside it.
void WaitSet::State::begin() {
  ready_.clear();
  if (!members_.empty()) first_ = (first_ + 1) % members_.size();
  for (std::size_t number = 0; number < members_.size(); ++number) {
    Member& member = members_[number];
    member.goesOn = false;
    if (member.role == nullptr) continue;
    const Status status = member.role->begin();
    member.goesOn = status == Status::ok;
    if (member.goesOn)
      member.wait.begin(member.role->awaited());
    else
      ready_.push_back({number, status});
  }
}

bool WaitSet::State::findReady() {
  forEach([this](std::size_t number, ArmedWait& wait) {
    if (wait.awaited().isReady()) ready_.push_back({number, Status::ok});
  });
  return !ready_.empty();
}

bool WaitSet::State::findEnded() {
  forEach([this](std::size_t number, ArmedWait& wait) { check(number, wait); });
  return !ready_.empty();
}

void WaitSet::State::check(std::size_t number, ArmedWait& wait) {
  const Status status = wait.awaited().checkPeer();
  if (status == Status::ok) return;
  // The last record may have come just before the end.
  ready_.push_back({number, wait.awaited().isReady() ? Status::ok : status});
}

/// Members that are always ready must not hide that another one's stream has ended. One member a
/// wait is asked, another one each time.
void WaitSet::State::findEndBeside() {
  Member& member = members_[first_];
  if (member.goesOn && !member.wait.awaited().isReady()) check(first_, member.wait);
}

Status WaitSet::State::sleep(const WaitLimit& limit) {
  const detail::StopWake stop(limit.stop(), [] {});
  for (;;) {
    arm();  // [W2] [W3]
    watched_.assign(1, {stop.isPossible() ? stop.word() : FutexExpectation{&never_, 0}});
    lookAtWords();
    if (findReady()) return Status::ok;  // [W4] pairs with [P1]
    if (findEnded()) return Status::ok;
    if (const Status over = limit.status(); over != Status::ok) return over;
    if (findReady()) return Status::ok;  // [W4] pairs with [P1]
    if (!isArmedStill()) continue;
    sleepOnce(wakeAt(limit));
    if (findReady()) return Status::ok;  // [W1] pairs with [P1]
  }
}

/// One fence is enough for all: that of a member which needs a membarrier, if one does.
void WaitSet::State::arm() {
  ArmedWait* strongest = nullptr;
  const auto protocolOf = [](const ArmedWait& wait) {
    const auto doorbell = wait.awaited().eventcount();
    return doorbell ? std::optional(doorbell->protocol()) : std::nullopt;
  };
  forEach([&](std::size_t, ArmedWait& wait) {
    wait.arm();  // [W2]
    const auto protocol = protocolOf(wait);
    const bool counts = wait.needsFence() && protocol && *protocol != WakeProtocol::none;
    if (counts && (strongest == nullptr || *protocol == WakeProtocol::membarrier))
      strongest = &wait;
  });
  const bool isGood = strongest == nullptr || strongest->awaited().fence();  // [W3]
  forEach([&](std::size_t, ArmedWait& wait) {
    if (!wait.needsFence()) return;
    const auto protocol = protocolOf(wait);
    const bool needsCall = protocol == WakeProtocol::membarrier;
    wait.passedFence(protocol != WakeProtocol::none && (isGood || !needsCall));
  });
}

bool WaitSet::State::isArmedStill() {
  bool all = true;
  forEach([&all](std::size_t, const ArmedWait& wait) { all = all && wait.isArmedStill(); });
  return all;
}

TimePoint WaitSet::State::wakeAt(const WaitLimit& limit) {
  auto longest = detail::slice;
  TimePoint look = detail::forever;
  forEach([&](std::size_t, const ArmedWait& wait) {
    if (!wait.isFenced()) longest = std::min(longest, detail::unfencedSlice);
    look = std::min(look, wait.awaited().lookAgainAt());
  });
  const TimePoint sliceEnd = std::chrono::steady_clock::now() + longest;
  return std::min({sliceEnd, together(look), limit.deadline()});
}

/// Before the looks: a death that comes after them changes a word. The lifelines are the last, and
/// all in the same order each time: a further thread is told of its words only when they change.
void WaitSet::State::lookAtWords() {
  lifelines_.clear();
  for (Member& member : members_) {
    if (!member.goesOn) continue;
    std::array<FutexExpectation, ArmedWait::maxWords> words;
    const std::size_t count = member.wait.look(words.data());
    watched_.push_back({words[0]});
    for (std::size_t i = 1; i < count; ++i)
      lifelines_.push_back({words[i], true});
  }
  watched_.insert(watched_.end(), lifelines_.begin(), lifelines_.end());
}

void WaitSet::State::sleepOnce(TimePoint until) {
  forEach([](std::size_t, const ArmedWait& wait) { wait.awaited().onSleep(); });
  sleep_.sleepOn(watched_, until);  // [W5] pairs with [P4] [R1]
  forEach([](std::size_t, const ArmedWait& wait) { wait.awaited().onWake(); });
}

Result<int> WaitSet::State::readyDescriptor() {
  if (!descriptor_) {
    auto opened = detail::ReadyDescriptor::open();
    if (!opened) return opened.error();
    descriptor_.emplace(*std::move(opened));
  }
  return descriptor_->number();
}

/// The steps of a sleep, which the readiness thread does for this one.
ReadyMembers WaitSet::State::armDescriptor() {
  if (!descriptor_ || descriptor_->isInherited()) return nothing(Status::detached);
  descriptor_->clear();
  begin();
  do {
    arm();  // [W2] [W3]
    watched_.clear();
    lookAtWords();
    if (findReady() || findEnded() || findReady()) {  // [W4] pairs with [P1]
      descriptor_->ring();
      return found();
    }
  } while (!isArmedStill());
  descriptor_->ringWhen(watched_, wakeAt({}));
  return nothing(Status::timedOut);
}

WaitSet::WaitSet(const WaitStrategy& strategy) : state_(std::make_unique<State>(strategy)) {}
WaitSet::WaitSet(WaitSet&&) noexcept = default;
WaitSet& WaitSet::operator=(WaitSet&&) noexcept = default;
WaitSet::~WaitSet() = default;

std::size_t WaitSet::addMember(std::unique_ptr<detail::WaitMember> member) {
  return state_->add(std::move(member));
}

void WaitSet::remove(std::size_t member) noexcept {
  if (state_ != nullptr) state_->remove(member);
}

std::size_t WaitSet::size() const noexcept {
  return state_ == nullptr ? 0 : state_->size();
}

Result<int> WaitSet::readyDescriptor() {
  if (state_ == nullptr)
    return Error{ErrorCode::invalidArgument,  "",      "readyDescriptor",
                 "a set that was moved from", "a set", ""};
  return state_->readyDescriptor();
}

ReadyMembers WaitSet::arm() {
  return state_ == nullptr ? ReadyMembers({}, Status::detached) : state_->armDescriptor();
}

ReadyMembers WaitSet::wait(const WaitLimit& limit) {
  return state_ == nullptr ? ReadyMembers({}, Status::detached) : state_->wait(limit);
}

}  // namespace sluice
