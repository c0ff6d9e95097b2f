// A child process that executes one instruction at a time, and dies when it is told to.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

namespace sluice::kill {

/// Where the operation to be stepped through begins, and again where it ends. Kills a process that
/// nobody traces.
inline void marker() noexcept {
  asm volatile("int3" : : : "memory");
}

/// The child did what no program under test should: it crashed, hung or ended too early.
struct Misbehaved : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Forks a child, runs it to its first marker, and from there on all of its threads by single
/// instructions, one thread at a time: a thread goes on until it sleeps in a futex, then the first
/// one that can. So the same program takes the same steps each time. Whatever the child does, it
/// is killed and reaped at the end. Waits of the tracing process end with Misbehaved when a signal
/// interrupts them: an alarm is the deadline.
class Stepper {
 public:
  enum class State {
    ready,   ///< there is a next instruction
    asleep,  ///< every thread sleeps, and only somebody else can wake one
    status,  ///< the second marker is next
  };

  /// The child runs `program` and exits.
  explicit Stepper(const std::function<void()>& program);
  ~Stepper();
  Stepper(const Stepper&) = delete;
  Stepper& operator=(const Stepper&) = delete;

  /// Lets the child run to its first marker and stops all its threads there.
  void runToMarker();

  /// Executes the next instruction; only when ready. A system call is one instruction: the child
  /// is asleep within it, or it is done.
  State step();

  /// Executes everything up to the next system call, and that one too, at full speed; only when
  /// ready. Leaves the child where as many steps would.
  State skip();

  /// True when the last step was a system call.
  bool wasSystemCall() const noexcept { return wasSystemCall_; }

  /// Waits until one of the sleeping threads has been woken.
  State awaitAwake();

  /// SIGKILL; returns when nothing of the child is left.
  void kill() noexcept;

  pid_t pid() const noexcept { return pid_; }

 private:
  struct Thread {
    pid_t id;
    bool stopped = false;
    bool interrupted = false;  // its next step may be a system call that is begun again
    bool ended = false;
  };
  State finishStep(Thread& thread, bool maySleep);

  enum class Next { plain, systemCall, futex, end };

  Next nextOf(const Thread& thread) const;
  State passTurn();
  void awaitStop(Thread& thread);
  void noteStop(Thread& thread, int status);
  bool sleeps(const Thread& thread) const;
  void adoptNewThread(const Thread& parent);
  Thread* find(pid_t id);
  State state() const;

  pid_t pid_;
  std::vector<Thread> threads_;
  std::size_t turn_ = 0;
  bool wasSystemCall_ = false;
};

}  // namespace sluice::kill
