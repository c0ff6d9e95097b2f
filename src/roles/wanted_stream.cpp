#include "roles/wanted_stream.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

#include "format/segment_view.hpp"
#include "os/futex.hpp"
#include "os/printable.hpp"
#include "roles/awaited_membership.hpp"
#include "roles/awaited_name.hpp"
#include "sluice/detail/wait.hpp"

namespace sluice::detail {
namespace {

// How late a reader learns that another segment has the name.
constexpr std::chrono::milliseconds nameChangePause{100};

ErrorCode codeOf(Status status, const WaitLimit& limit) noexcept {
  if (status == Status::stopped) return ErrorCode::stopped;
  return limit.isNow() ? ErrorCode::notFound : ErrorCode::timedOut;
}

/// A producer that lives in this segment.
class AwaitedProducer final : public Awaited {
 public:
  explicit AwaitedProducer(const Participant& reader) noexcept : reader_(reader) {}

  bool isReady() noexcept override { return lives_; }

  Status checkPeer() override {
    lives_ = hasLivingProducer(reader_);
    if (!lives_ && !reader_.isNamed()) return Status::peerLeft;
    lookAgainAt_ = std::chrono::steady_clock::now() + nameChangePause;
    return Status::ok;
  }

  FutexExpectation arm() noexcept override { return producersEpoch(reader_.view()); }
  TimePoint lookAgainAt() const noexcept override { return lookAgainAt_; }
  void interrupt() noexcept override { wakeAll(producersEpoch(reader_.view()).word); }

 private:
  const Participant& reader_;
  bool lives_ = false;
  TimePoint lookAgainAt_ = forever;
};

Error noLivingProducer(const Participant& reader, Status status, const WaitLimit& limit) {
  const auto state =
      reader.view().producer().state.load(std::memory_order_acquire);  // [E1] pairs with [E0]
  const char* const found = state == ProducerState::closed ? "a stream that its producer has closed"
                            : state == ProducerState::left ? "a producer that has left"
                                                           : "a producer that is dead";
  return {codeOf(status, limit),
          reader.path().string(),
          "producer",
          found,
          "a producer that lives (AttachTo::livingProducer)",
          "start the producer, or allow more time"};
}

Error noUpstream(const Participant& reader, const std::vector<std::string>& names, Status status,
                 const WaitLimit& limit) {
  const auto missing = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return !findUpstream(reader, {name});
  });
  const std::string name = missing == names.end() ? names.back() : *missing;
  return {codeOf(status, limit),
          reader.path().string(),
          "after",
          "no consumer named '" + printable(name) + "'",
          "a consumer that has joined, and lives or is held",
          "attach that one first, or allow more time (appearWithin)"};
}

std::optional<RowKey> findUpstream(const Participant& participant, const std::string& name) {
  const auto key = findRow(participant.view(), name);
  if (!key) return std::nullopt;
  const ConsumerPage& page = participant.view().consumer(key->row);
  const Sequence cursor =
      page.cursor.sequence.load(std::memory_order_acquire);  // [C1] pairs with [J1] [J5]
  if (page.isJoining(cursor)) return std::nullopt;
  const bool isHeld =
      page.onDeath.load(std::memory_order_acquire) == OnDeath::hold;  // [D3] pairs with [D2]
  if (!isHeld && !participant.isAlive(consumerParticipant(key->row))) return std::nullopt;
  return key;
}

}  // namespace

bool hasLivingProducer(const Participant& participant) {
  const auto state =
      participant.view().producer().state.load(std::memory_order_acquire);  // [E1] pairs with [E0]
  return state == ProducerState::live && participant.isAlive(producerParticipant);
}

Result<void> waitForLivingProducer(const SegmentPath& path, const WaitLimit& limit) {
  for (;;) {
    const auto reader =
        openOnceThere(path, limit, [&path] { return Participant::openAsObserver(path, {}, {}); });
    if (!reader) return reader.error();
    AwaitedProducer producer(*reader);
    const Status status = waitFor(producer, WaitStrategy::sleepAtOnce(), limit);
    if (status == Status::ok) return {};
    if (status != Status::peerLeft) return noLivingProducer(*reader, status, limit);
  }
}

std::optional<std::vector<RowKey>> findUpstream(const Participant& participant,
                                                const std::vector<std::string>& names) {
  std::vector<RowKey> rows;
  for (const std::string& name : names) {
    const auto key = findUpstream(participant, name);
    if (!key) return std::nullopt;
    if (std::find(rows.begin(), rows.end(), *key) == rows.end()) rows.push_back(*key);
  }
  return rows;
}

Result<void> waitForUpstream(const SegmentPath& path, const Expectation& expectation,
                             const std::vector<std::string>& names, const WaitLimit& limit) {
  for (;;) {
    const auto reader = openOnceThere(
        path, limit, [&] { return Participant::openAsObserver(path, expectation, {}); });
    if (!reader) return reader.error();
    do {
      const SegmentView& view = reader->view();
      const std::uint32_t members =
          view.membership().count.load(std::memory_order_acquire);  // [C1] pairs with [J2]
      if (findUpstream(*reader, names)) return {};
      if (const Status over = limit.status(); over != Status::ok)
        return noUpstream(*reader, names, over, limit);
      AwaitedMembership change(view, members);
      const Status status = waitFor(change, WaitStrategy::sleepAtOnce(), limit);
      if (status != Status::ok && !findUpstream(*reader, names))
        return noUpstream(*reader, names, status, limit);
    } while (reader->isNamed());
  }
}

}  // namespace sluice::detail
