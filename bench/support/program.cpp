#include "support/program.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "support/child_process.hpp"

namespace sluice::bench {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Closed in every program that is not given it.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) fail("pipe2");
  }
  ~Pipe() {
    ::close(ends_[0]);
    closeWriting();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void becomeStandardOutput() const {
    if (::dup2(ends_[1], STDOUT_FILENO) < 0) fail("dup2");
  }

  std::string readAll() {
    closeWriting();
    std::string text;
    std::array<char, 1024> part;
    for (;;) {
      const ssize_t got = ::read(ends_[0], part.data(), part.size());
      if (got == 0) return text;
      if (got < 0 && errno != EINTR) fail("read");
      if (got > 0) text.append(part.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  void closeWriting() noexcept {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

  std::array<int, 2> ends_{-1, -1};
};

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

std::string outputOf(const std::vector<std::string>& commandLine, const Processors& processors) {
  Pipe pipe;
  ChildProcess program([&] {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    stayOn(processors);
    pipe.becomeStandardOutput();
    become(commandLine);
  });
  std::string output = pipe.readAll();
  try {
    program.mustSucceed();
  } catch (const std::exception&) {
    throw std::runtime_error(commandLine.front() + " failed; it has printed: " + output);
  }
  return output;
}

}  // namespace sluice::bench
