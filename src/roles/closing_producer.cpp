#include "roles/closing_producer.hpp"

#include <algorithm>
#include <chrono>

#include "format/segment_view.hpp"
#include "os/futex.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/awaited.hpp"
#include "sluice/detail/wait.hpp"

namespace sluice::detail {
namespace {

constexpr std::chrono::milliseconds shortestPause{1};
constexpr std::chrono::milliseconds longestPause{100};

/// The end of the producer's lease. That rings nobody, so it is looked at again, after an eighth of
/// the time that has passed.
class AwaitedLeaseEnd final : public Awaited {
 public:
  explicit AwaitedLeaseEnd(const Participant& reader) noexcept : reader_(reader) {}

  bool isReady() noexcept override { return isOver_; }

  Status checkPeer() override {
    // Where nobody can tell, the creation that follows says why.
    const auto lives = reader_.leases().isHeld(leaseByte(producerParticipant));
    isOver_ = !lives.value_or(false) || !reader_.isNamed();
    const auto now = std::chrono::steady_clock::now();
    lookAgainAt_ =
        now + std::clamp<std::chrono::nanoseconds>((now - begin_) / 8, shortestPause, longestPause);
    return Status::ok;
  }

  FutexExpectation arm() noexcept override { return producersEpoch(reader_.view()); }
  Lifelines lifelines() const noexcept override {
    return {&reader_.view().lifeline(producerParticipant).word};
  }
  TimePoint lookAgainAt() const noexcept override { return lookAgainAt_; }
  /// Without a change of the word, so at most a pause late.
  void interrupt() noexcept override { wakeAll(producersEpoch(reader_.view()).word); }

 private:
  const Participant& reader_;
  TimePoint begin_ = std::chrono::steady_clock::now();
  TimePoint lookAgainAt_ = begin_;
  bool isOver_ = false;
};

}  // namespace

Result<void> waitForClosingProducer(const SegmentPath& path, const WaitLimit& limit) {
  const auto reader = Participant::openAsObserver(path, {}, {});
  if (!reader && reader.error().code == ErrorCode::notFound) return {};
  if (!reader) return reader.error();
  AwaitedLeaseEnd end(*reader);
  const Status status = waitFor(end, WaitStrategy::sleepAtOnce(), limit);
  if (status == Status::ok) return {};
  return Error{status == Status::stopped ? ErrorCode::stopped : ErrorCode::timedOut,
               path.string(),
               "producer",
               "one that has closed the stream and is still attached",
               "none",
               "destroy it, or allow more time (takeOverWithin)"};
}

}  // namespace sluice::detail
