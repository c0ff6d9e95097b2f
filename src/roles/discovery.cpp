#include "roles/discovery.hpp"

#include <chrono>
#include <mutex>
#include <utility>

#include "os/directory_watch.hpp"
#include "os/futex.hpp"
#include "os/own_thread.hpp"
#include "os/printable.hpp"
#include "os/segment_path.hpp"
#include "os/slice.hpp"
#include "os/system_error.hpp"
#include "roles/consumer_options.hpp"
#include "sluice/detail/awaited.hpp"

namespace sluice::detail {

Result<void> checkFanInOptions(std::string_view pattern, const FanInOptions& options) {
  if (auto good = checkConsumerOptions(pattern, consumerOptions(options)); !good) return good;
  if (!hasControlCharacter(options.name)) return {};
  return Error{ErrorCode::invalidArgument,          std::string(pattern),    "consumer name",
               "'" + printable(options.name) + "'", "no control characters", "choose another name"};
}

/// Watch and search are used by the thread, and before it starts by the thread that starts it.
struct Discovery::State final : RingFinder {
  State(std::vector<NamePattern> patterns, const FanInOptions& options,
        const Expectation& expectation)
      : watch(SegmentPath(options.directory, "").directory),
        search(std::move(patterns), options, expectation, *this) {}

  void found(FoundRing ring) override {
    post([&] { foundRings.push_back(std::move(ring)); });
  }
  void refused(RefusedName name) override {
    post([&] { refusedNames.push_back(std::move(name)); });
  }
  template <class Add>
  void post(Add add) {
    {
      const std::lock_guard lock(mutex);
      add();
      news.fetch_add(1, std::memory_order_release);
    }
    wakeAll(&news);
  }

  void serve();
  bool takeRequests();
  void look(const DirectoryNews& told);

  DirectoryWatch watch;
  RingSearch search;
  std::mutex mutex;
  std::vector<FoundRing> foundRings;
  std::vector<RefusedName> refusedNames;
  std::vector<RingLetGo> requests;
  bool isUnwanted = false;
  std::atomic<std::uint32_t> news{0};  // counts what was posted
  OwnThread thread;
};

void Discovery::State::serve() {
  for (bool isWanted = true; isWanted;) {
    const auto soon = std::chrono::steady_clock::now() + fallbackSlice;
    const DirectoryNews told = watch.wait(search.awaitsOthers() ? soon : forever);
    isWanted = takeRequests();
    if (isWanted) look(told);
    search.removeUnused();
  }
}

void Discovery::State::look(const DirectoryNews& told) {
  for (const std::string& name : told.names)
    search.lookAtChanged(name);
  // A directory that is gone may come again.
  if (!told.isWhole) static_cast<void>(search.lookAtAll());
  search.joinFreed();
}

/// False when the thread is to end.
bool Discovery::State::takeRequests() {
  std::vector<RingLetGo> rings;
  bool isWanted = true;
  {
    const std::lock_guard lock(mutex);
    rings.swap(requests);
    isWanted = !isUnwanted;
  }
  for (const RingLetGo& ring : rings)
    search.letGo(ring);
  return isWanted;
}

/// Something that was found and is not taken yet, as the wait loop sees it.
class Discovery::News final : public WaitMember, public Awaited {
 public:
  explicit News(const Discovery& discovery) noexcept : discovery_(discovery) {}

  Status begin() override { return Status::ok; }
  Awaited& awaited() noexcept override { return *this; }

  bool isReady() noexcept override {
    return !discovery_.refused_.empty() ||
           word().load(std::memory_order_acquire) != discovery_.seen_;
  }
  Status checkPeer() override { return Status::ok; }
  FutexExpectation arm() noexcept override { return {&word(), discovery_.seen_}; }
  void interrupt() noexcept override { wakeAll(&word()); }

 private:
  const std::atomic<std::uint32_t>& word() const noexcept { return discovery_.state_->news; }

  const Discovery& discovery_;
};

Discovery::Discovery(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}

/// The watch begins before the first look at the directory, so that no name is missed in between.
Result<std::unique_ptr<Discovery>> Discovery::start(std::span<const std::string_view> patterns,
                                                    const FanInOptions& options,
                                                    const Expectation& expectation) {
  auto parsed = NamePattern::parseAll(patterns);
  if (!parsed) return parsed.error();
  if (auto good = checkFanInOptions(patterns.front(), options); !good) return good.error();
  auto state = std::make_unique<State>(*std::move(parsed), options, expectation);
  if (auto listed = state->search.lookAtAll(); !listed) return listed.error();
  State& own = *state;
  std::unique_ptr<Discovery> discovery(new Discovery(std::move(state)));
  const int number =
      own.thread.start("sluice-discover", Scheduling::ordinary, [&own] { own.serve(); });
  if (number != 0)
    return systemError(std::string(patterns.front()), "thread (sluice-discover)", number);
  return discovery;
}

Discovery::~Discovery() {
  // A forked child may find the mutex locked, by a thread that it does not have.
  if (!state_->thread.isRunning()) return;
  {
    const std::lock_guard lock(state_->mutex);
    state_->isUnwanted = true;
  }
  state_->watch.interrupt();
  state_->thread.join();
}

std::vector<FoundRing> Discovery::takeRings() {
  const std::lock_guard lock(state_->mutex);
  seen_ = state_->news.load(std::memory_order_relaxed);
  for (RefusedName& name : std::exchange(state_->refusedNames, {}))
    refused_.push_back(std::move(name));
  return std::exchange(state_->foundRings, {});
}

std::optional<RefusedName> Discovery::takeRefused() {
  if (refused_.empty()) return std::nullopt;
  std::optional<RefusedName> name(std::move(refused_.front()));
  refused_.pop_front();
  return name;
}

void Discovery::letGo(RingLetGo ring) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->requests.push_back(std::move(ring));
  }
  state_->watch.interrupt();
}

std::unique_ptr<WaitMember> Discovery::waitMember() {
  return std::make_unique<News>(*this);
}

}  // namespace sluice::detail
