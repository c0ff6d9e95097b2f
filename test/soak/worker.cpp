#include "worker.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>

#include "consumer_life.hpp"
#include "message_cargo.hpp"
#include "observer_life.hpp"
#include "producer_life.hpp"
#include "record_cargo.hpp"

namespace sluice::soak {
namespace {

enum Status { regular = 0, complained = 3 };

template <class Cargo>
void live(Life& life) {
  switch (life.role.kind) {
    case Role::Kind::producer:
      return ProducerLife<Cargo>(life).run();
    case Role::Kind::consumer:
      return ConsumerLife<Cargo>(life).run();
    case Role::Kind::observer:
      return ObserverLife<Cargo>(life).run();
  }
}

void liveIn(SlotLayout slotLayout, Life& life) {
  switch (slotLayout) {
    case SlotLayout::messages:
      return live<MessageCargo>(life);
    case SlotLayout::packed:
      return live<RecordCargo<packed>>(life);
    default:
      return live<RecordCargo<stamped>>(life);
  }
}

int statusOf(Life& life, SlotLayout slotLayout) {
  try {
    liveIn(slotLayout, life);
    return regular;
  } catch (const std::exception& reason) {
    life.board.complaints[life.place].write(reason.what());
    return complained;
  }
}

}  // namespace

void Worker::start(Board& board, const Round& round, std::uint64_t number, TimePoint doom) {
  const pid_t supervisor = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::system_category(), "fork");
  if (pid_ == 0) {
    // Nobody outlives the supervisor, however that ends.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != supervisor && ::getppid() != 0) ::_exit(complained);
    Life life{
        board,          role_,          place_,
        round.segment,  round.capacity, round.payloadBytes,
        round.slotSize, number,         std::mt19937_64(round.seed ^ number * 0x9e3779b97f4a7c15U)};
    ::_exit(statusOf(life, round.slotLayout));
  }
  state_ = State::running;
  doom_ = doom;
  struck_ = false;
}

void Worker::kill() {
  ::kill(pid_, SIGKILL);
  struck_ = true;
}

void Worker::stop(const Return& back) {
  ::kill(pid_, SIGSTOP);
  state_ = State::stopped;
  back_ = back;
  ++stops_;
}

void Worker::goOn() {
  ::kill(pid_, SIGCONT);
  state_ = State::running;
}

void Worker::reap(int status, const Board& board, const Return& back) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == regular) {
    state_ = State::done;
  } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && struck_) {
    state_ = State::dead;
    back_ = back;
    ++deaths_;
  } else {
    state_ = State::broken;
    complaint_ = WIFSIGNALED(status) ? fmt::format("killed by signal {}", WTERMSIG(status))
                 : WEXITSTATUS(status) == complained
                     ? std::string(board.complaints[place_].text.data())
                     : fmt::format("exit status {}", WEXITSTATUS(status));
  }
}

std::string Worker::describe() const {
  return role_.name.empty() ? fmt::format("{} {}", role_.group, place_)
                            : fmt::format("{} '{}'", role_.group, role_.name);
}

}  // namespace sluice::soak
