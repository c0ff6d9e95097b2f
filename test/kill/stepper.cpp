#include "stepper.hpp"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace sluice::kill {
namespace {

constexpr long futexWaitv = 449;
constexpr int systemCallBit = 0x80;  // what PTRACE_O_TRACESYSGOOD adds to the signal

template <class Data>
long trace(__ptrace_request request, pid_t thread, std::uintptr_t address, Data data) {
  errno = 0;
  const long result = ::ptrace(request, thread, address, data);
  if (errno != 0)
    throw Misbehaved("ptrace request " + std::to_string(request) + ": " + std::strerror(errno));
  return result;
}

int waitFor(pid_t process, pid_t& who) {
  int status = 0;
  who = ::waitpid(process, &status, __WALL);
  if (who < 0)
    throw Misbehaved(errno == EINTR ? std::string("nothing happened within the time allowed")
                                    : std::string("waitpid: ") + std::strerror(errno));
  return status;
}

bool isFutex(long systemCall) noexcept {
  return systemCall == SYS_futex || systemCall == futexWaitv;
}

bool isEvent(int status, int event) noexcept {
  return status >> 8 == (SIGTRAP | event << 8);
}

}  // namespace

Stepper::Stepper(const std::function<void()>& program) : pid_(-1) {
  std::array<int, 2> seized{};
  if (::pipe(seized.data()) != 0) throw Misbehaved("pipe failed");
  pid_ = ::fork();
  if (pid_ < 0) throw Misbehaved("fork failed");
  if (pid_ == 0) {
    char go = 0;
    while (::read(seized[0], &go, 1) < 0 && errno == EINTR) {
    }
    ::close(seized[0]);
    ::close(seized[1]);
    try {
      program();
    } catch (const std::exception& exception) {
      std::fprintf(stderr, "victim: %s\n", exception.what());
    }
    ::_exit(1);
  }
  // Its own group, so that its threads can be waited for without anybody else's children.
  ::setpgid(pid_, pid_);
  threads_.push_back({pid_});
  const bool traced =
      ::ptrace(PTRACE_SEIZE, pid_, nullptr,
               PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD) == 0;
  const bool told = ::write(seized[1], "", 1) == 1;
  ::close(seized[0]);
  ::close(seized[1]);
  if (traced && told) return;
  kill();
  throw Misbehaved("this process may not trace its child");
}

Stepper::~Stepper() {
  kill();
}

Stepper::Thread* Stepper::find(pid_t id) {
  const auto isIt = [id](const Thread& thread) { return thread.id == id; };
  const auto found = std::find_if(threads_.begin(), threads_.end(), isIt);
  return found == threads_.end() ? nullptr : &*found;
}

void Stepper::runToMarker() {
  for (;;) {
    pid_t who = 0;
    const int status = waitFor(-pid_, who);
    Thread* const thread = find(who);
    // A new thread may stop before its parent's event is seen; that event adopts it.
    if (thread == nullptr) {
      if (WIFSTOPPED(status)) threads_.push_back({who});
      trace(PTRACE_CONT, who, 0, 0L);
      continue;
    }
    if (!WIFSTOPPED(status)) {
      if (who == pid_) throw Misbehaved("the victim ended before the operation");
      thread->ended = true;
      continue;
    }
    if (WSTOPSIG(status) == SIGTRAP && status >> 16 == 0) {
      thread->stopped = true;
      turn_ = static_cast<std::size_t>(thread - threads_.data());
      break;
    }
    const bool isOwnSignal = status >> 16 == 0;
    trace(PTRACE_CONT, who, 0, isOwnSignal ? static_cast<long>(WSTOPSIG(status)) : 0L);
  }
  for (Thread& thread : threads_) {
    if (thread.stopped || thread.ended) continue;
    trace(PTRACE_INTERRUPT, thread.id, 0, 0L);
    awaitStop(thread);
    thread.interrupted = true;
  }
}

Stepper::Next Stepper::nextOf(const Thread& thread) const {
  const auto at = static_cast<std::uintptr_t>(
      trace(PTRACE_PEEKUSER, thread.id, offsetof(user_regs_struct, rip), 0L));
  const long code = trace(PTRACE_PEEKTEXT, thread.id, at, 0L);
  if ((code & 0xff) == 0xcc) return Next::end;
  if ((code & 0xffff) != 0x050f) return Next::plain;
  const long number = trace(PTRACE_PEEKUSER, thread.id, offsetof(user_regs_struct, rax), 0L);
  return isFutex(number) ? Next::futex : Next::systemCall;
}

Stepper::State Stepper::step() {
  Thread& thread = threads_[turn_];
  const Next next = nextOf(thread);
  const bool maySleep = next == Next::futex || thread.interrupted;
  wasSystemCall_ = next == Next::futex || next == Next::systemCall || thread.interrupted;
  thread.interrupted = false;
  trace(PTRACE_SINGLESTEP, thread.id, 0, 0L);
  return finishStep(thread, maySleep);
}

Stepper::State Stepper::skip() {
  Thread& thread = threads_[turn_];
  if (thread.interrupted || nextOf(thread) == Next::systemCall || nextOf(thread) == Next::futex)
    return step();
  trace(PTRACE_SYSCALL, thread.id, 0, 0L);
  pid_t who = 0;
  const int status = waitFor(thread.id, who);
  if (!WIFSTOPPED(status)) throw Misbehaved("the victim ended within the operation");
  if (WSTOPSIG(status) == SIGTRAP) {
    // The end's marker: it has been executed, so it is put back.
    const auto rip = offsetof(user_regs_struct, rip);
    trace(PTRACE_POKEUSER, thread.id, rip, trace(PTRACE_PEEKUSER, thread.id, rip, 0L) - 1);
    return state();
  }
  if (WSTOPSIG(status) != (SIGTRAP | systemCallBit))
    throw Misbehaved(std::string("the victim got a signal: ") + ::strsignal(WSTOPSIG(status)));
  const long number = trace(PTRACE_PEEKUSER, thread.id, offsetof(user_regs_struct, orig_rax), 0L);
  trace(PTRACE_SINGLESTEP, thread.id, 0, 0L);
  return finishStep(thread, isFutex(number));
}

/// Waits until the step is done, or its thread sleeps in it.
Stepper::State Stepper::finishStep(Thread& thread, bool maySleep) {
  thread.stopped = false;
  if (!maySleep) {
    awaitStop(thread);
    return thread.ended ? passTurn() : state();
  }
  for (;;) {
    int status = 0;
    if (::waitpid(thread.id, &status, __WALL | WNOHANG) == thread.id) {
      noteStop(thread, status);
      return thread.ended ? passTurn() : state();
    }
    if (sleeps(thread)) return passTurn();
  }
}

/// Gives the turn to the first thread that can go on.
Stepper::State Stepper::passTurn() {
  for (Thread& thread : threads_) {
    if (thread.ended || (!thread.stopped && sleeps(thread))) continue;
    // A thread that was woken is on its way to its stop.
    if (!thread.stopped) awaitStop(thread);
    if (thread.ended) continue;
    turn_ = static_cast<std::size_t>(&thread - threads_.data());
    return state();
  }
  return State::asleep;
}

Stepper::State Stepper::awaitAwake() {
  pid_t who = 0;
  const int status = waitFor(-pid_, who);
  Thread* const thread = find(who);
  if (thread == nullptr) throw Misbehaved("a thread of the victim came from nowhere");
  noteStop(*thread, status);
  return passTurn();
}

Stepper::State Stepper::state() const {
  return nextOf(threads_[turn_]) == Next::end ? State::status : State::ready;
}

void Stepper::awaitStop(Thread& thread) {
  pid_t who = 0;
  const int status = waitFor(thread.id, who);
  noteStop(thread, status);
}

void Stepper::noteStop(Thread& thread, int status) {
  if (!WIFSTOPPED(status)) {
    if (thread.id == pid_) throw Misbehaved("the victim ended within the operation");
    thread.ended = true;
    return;
  }
  if (isEvent(status, PTRACE_EVENT_CLONE)) {
    const pid_t parent = thread.id;
    adoptNewThread(thread);
    // The call that made it is not over yet.
    trace(PTRACE_SINGLESTEP, parent, 0, 0L);
    awaitStop(*find(parent));
    return;
  }
  if (WSTOPSIG(status) != SIGTRAP)
    throw Misbehaved(std::string("the victim got a signal: ") + ::strsignal(WSTOPSIG(status)));
  thread.stopped = true;
}

void Stepper::adoptNewThread(const Thread& parent) {
  unsigned long id = 0;
  trace(PTRACE_GETEVENTMSG, parent.id, 0, &id);
  threads_.push_back({static_cast<pid_t>(id)});
  awaitStop(threads_.back());
}

bool Stepper::sleeps(const Thread& thread) const {
  const std::string path =
      "/proc/" + std::to_string(pid_) + "/task/" + std::to_string(thread.id) + "/stat";
  std::FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return false;
  std::array<char, 256> text{};
  const std::size_t size = std::fread(text.data(), 1, text.size(), file);
  std::fclose(file);
  const std::string_view line(text.data(), size);
  const std::size_t name = line.rfind(") ");
  return name != std::string_view::npos && line.substr(name + 2, 1) == "S";
}

void Stepper::kill() noexcept {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  for (;;) {
    int status = 0;
    const pid_t who = ::waitpid(-pid_, &status, __WALL);
    if (who < 0 && errno == EINTR) continue;
    if (who < 0) break;
  }
  pid_ = -1;
}

}  // namespace sluice::kill
