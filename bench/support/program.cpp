#include "support/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace sluice::bench {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void stayOn(const Processors& processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int number : processors.numbers)
    CPU_SET(static_cast<std::size_t>(number), &set);
  if (::sched_setaffinity(0, sizeof(set), &set) != 0) fail("sched_setaffinity");
}

/// Turns this process into that program.
[[noreturn]] void become(std::vector<std::string> commandLine) {
  std::vector<char*> arguments;
  for (std::string& argument : commandLine)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  fail(commandLine.front());
}

}  // namespace

Program::Program(const std::vector<std::string>& commandLine, const Processors& processors)
    : name_(commandLine.front()) {
  // Closed in every program that is not given them.
  if (::pipe2(questions_.data(), O_CLOEXEC) != 0 || ::pipe2(answers_.data(), O_CLOEXEC) != 0)
    fail("pipe2");
  process_ = std::make_unique<ChildProcess>([&] {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    stayOn(processors);
    if (::dup2(questions_[0], STDIN_FILENO) < 0 || ::dup2(answers_[1], STDOUT_FILENO) < 0)
      fail("dup2");
    become(commandLine);
  });
  // Only the program holds them now, so its end is noticed.
  ::close(questions_[0]);
  ::close(answers_[1]);
}

Program::~Program() {
  process_->terminate();
  ::close(questions_[1]);
  ::close(answers_[0]);
}

std::string Program::ask(const std::string& line) {
  constexpr int patience = 60'000;
  process_->mustRun();
  const std::string question = line + '\n';
  if (::write(questions_[1], question.data(), question.size()) < 0) fail(name_);
  std::string answer;
  for (;;) {
    pollfd said{answers_[0], POLLIN, 0};
    const int ready = ::poll(&said, 1, patience);
    if (ready == 0) throw std::runtime_error(name_ + " has not answered for a minute");
    char byte = 0;
    const ssize_t got = ready < 0 ? -1 : ::read(answers_[0], &byte, 1);
    if (got < 0 && errno != EINTR) fail(name_);
    if (got == 0) throw std::runtime_error(name_ + " has ended");
    if (got == 1 && byte == '\n') return answer;
    if (got == 1) answer += byte;
  }
}

}  // namespace sluice::bench
