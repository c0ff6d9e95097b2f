// shm-bridge: a ring to other machines over NATS JetStream. See docs/bridge.md.
#include <nats/nats.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <exception>
#include <thread>

#include "options.hpp"
#include "progress.hpp"
#include "refusal.hpp"
#include "sluice/error.hpp"
#include "wakeup.hpp"

namespace {

using namespace shm_bridge;

/// Of the signals that ask for the end. A handler may store and notify, and little else.
std::atomic<int> endIsAsked{0};

void askForEnd(int number) {
  endIsAsked.store(1, std::memory_order_relaxed);
  endIsAsked.notify_all();
  std::signal(number, SIG_DFL);  // the second one ends the process at once
}

/// Passes it on to what can be waited for with everything else.
class SignalWatch {
 public:
  explicit SignalWatch(Wakeup& wakeup) : wakeup_(wakeup) {
    std::signal(SIGINT, askForEnd);
    std::signal(SIGTERM, askForEnd);
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~SignalWatch() {
    endIsAsked.store(1, std::memory_order_relaxed);
    endIsAsked.notify_all();
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  Wakeup& wakeup_;
  std::jthread thread_{[this] {
    endIsAsked.wait(0, std::memory_order_relaxed);
    wakeup_.requestEnd();
  }};
};

std::optional<RingEnd> run(const Options& options, Wakeup& wakeup) {
  Progress progress;
  if (options.out) {
    const Reporter reporter(progress, "out", options.out->stream, options.report);
    return Outbound(*options.out, options.servers, wakeup, progress).run();
  }
  const Reporter reporter(progress, "in", options.in->stream, options.report);
  return Inbound(*options.in, options.servers, wakeup, progress).run();
}

int bridge(int argc, char** argv) {
  const auto [options, status] = parse(argc, argv);
  if (!options) return status;
  Wakeup wakeup;
  const SignalWatch watch(wakeup);
  struct Library {
    Library() = default;
    ~Library() { nats_CloseAndWait(5000); }
  };
  const Library library;
  if (run(*options, wakeup) != RingEnd::left) return ended;
  say("the ring was left by its producer without being closed, and its name is gone; --new-ring "
      "follow waits for a new one");
  return refused;
}

}  // namespace

int main(int argc, char** argv) try { return bridge(argc, argv); } catch (const Refusal& refusal) {
  say(refusal.what());
  return refused;
} catch (const sluice::Exception& exception) {
  say(exception.what());
  return exception.error().code == sluice::ErrorCode::inUse ? refused : failed;
} catch (const std::exception& error) {
  say(error.what());
  return failed;
}
