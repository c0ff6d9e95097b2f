#include "trial.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <utility>

#include "segment_watch.hpp"
#include "stepper.hpp"
#include "support/scratch_directory.hpp"

namespace sluice::kill {
namespace {

// The survivors give up before the tracer does.
constexpr unsigned survivorsPatience = 60;
constexpr unsigned tracerPatience = 90;

/// What the three processes of a trial say to each other.
enum class Word : char { go, ready, begin, giveUp, asleep, dead, deadAtTheEnd };

class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("pipe failed");
  }
  ~Pipe() {
    closeWriting();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void say(Word word) { write(std::string(1, static_cast<char>(word))); }
  Word hear() {
    char word = 0;
    if (::read(ends_[0], &word, 1) != 1) throw std::runtime_error("nobody speaks any more");
    return static_cast<Word>(word);
  }
  void write(const std::string& text) {
    if (::write(ends_[1], text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      throw std::runtime_error("nobody listens any more");
  }
  std::string readAll() {
    std::string all;
    std::array<char, 4096> some{};
    for (ssize_t size = 0; (size = ::read(ends_[0], some.data(), some.size())) > 0;)
      all.append(some.data(), static_cast<std::size_t>(size));
    return all;
  }
  void closeWriting() noexcept {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }

 private:
  std::array<int, 2> ends_{};
};

struct Pipes {
  Pipe toVictim;
  Pipe toSurvivors;
  Pipe fromVictim;
  Pipe report;
};

/// The survivors' whole life; their report is a line for each finding.
void survive(Scenario& scenario, Pipes& pipes) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::alarm(survivorsPatience);
  Findings& findings = scenario.survivors().findings();
  try {
    scenario.prepare();
    pipes.toVictim.say(Word::go);
    if (pipes.fromVictim.hear() != Word::ready) throw std::runtime_error("the victim is not ready");
    scenario.settle();
    pipes.toVictim.say(Word::begin);
    Word order = pipes.toSurvivors.hear();
    for (; order == Word::asleep; order = pipes.toSurvivors.hear())
      scenario.wakeVictim();
    scenario.check(order == Word::deadAtTheEnd);
  } catch (const std::exception& exception) {
    findings.push_back(exception.what());
    pipes.toVictim.say(Word::giveUp);
  }
  std::string report;
  for (const std::string& finding : findings)
    report += finding + "\n";
  pipes.report.write(report);
}

void beVictim(Scenario& scenario, Pipes& pipes) {
  if (pipes.toVictim.hear() != Word::go) return;
  scenario.prepareVictim();
  pipes.fromVictim.say(Word::ready);
  if (pipes.toVictim.hear() != Word::begin) return;
  marker();
  scenario.operation();
  marker();
}

void stepThrough(Stepper& victim, KillPoint left, Pipes& pipes, SegmentWatch& watch, Trace* trace,
                 Outcome& outcome) {
  using State = Stepper::State;
  victim.runToMarker();
  if (trace != nullptr) watch.reopen();
  State state = State::ready;
  while (state != State::status && (left.systemCalls != 0 || left.instructions != 0)) {
    if (state == State::asleep) {
      pipes.toSurvivors.say(Word::asleep);
      state = victim.awaitAwake();
    } else if (left.systemCalls != 0) {
      --left.systemCalls;
      state = victim.skip();
    } else {
      --left.instructions;
      state = victim.step();
      if (trace == nullptr) continue;
      trace->steps.push_back({victim.wasSystemCall(), watch.hasChanged()});
      if (victim.wasSystemCall()) watch.reopen();
    }
  }
  outcome.finished = state == State::status;
}

void addLines(Findings& findings, const std::string& report) {
  for (std::size_t begin = 0, end = 0; (end = report.find('\n', begin)) != std::string::npos;
       begin = end + 1)
    findings.push_back(report.substr(begin, end - begin));
}

void onAlarm(int) {}

class Deadline {
 public:
  explicit Deadline(unsigned seconds) {
    struct sigaction action {};
    action.sa_handler = onAlarm;  // without SA_RESTART: it ends a wait
    ::sigaction(SIGALRM, &action, &before_);
    ::alarm(seconds);
  }
  ~Deadline() {
    ::alarm(0);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace

Outcome runTrial(const Operation& operation, const KillPoint& kill, Trace* trace) {
  const testing::ScratchDirectory directory;
  const std::unique_ptr<Scenario> scenario =
      operation.begin({directory.path(), "stream", operation.protocol});
  Pipes pipes;
  Outcome outcome;

  const pid_t survivors = ::fork();
  if (survivors < 0) throw std::runtime_error("fork failed");
  if (survivors == 0) {
    survive(*scenario, pipes);
    ::_exit(0);
  }
  pipes.report.closeWriting();
  const Deadline deadline(tracerPatience);
  try {
    Stepper victim([&] { beVictim(*scenario, pipes); });
    SegmentWatch watch(directory.path() + "/stream");
    stepThrough(victim, kill, pipes, watch, trace, outcome);
    victim.kill();
  } catch (const Misbehaved& misbehaviour) {
    outcome.findings.push_back(misbehaviour.what());
  }
  pipes.toSurvivors.say(outcome.finished ? Word::deadAtTheEnd : Word::dead);
  addLines(outcome.findings, pipes.report.readAll());
  int status = 0;
  while (::waitpid(survivors, &status, 0) < 0 && errno == EINTR)
    ::kill(survivors, SIGKILL);
  if (WIFSIGNALED(status))
    outcome.findings.push_back(WTERMSIG(status) == SIGALRM ? "the survivors hang"
                                                           : "the survivors crashed");
  return outcome;
}

}  // namespace sluice::kill
