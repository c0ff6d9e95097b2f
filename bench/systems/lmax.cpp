#include "systems/lmax.hpp"

#include <sched.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "support/child_process.hpp"

// Without them CMake has found no JDK, or no disruptor.jar.
#ifndef SLUICE_BENCH_JAVA
#define SLUICE_BENCH_JAVA ""
#define SLUICE_BENCH_LMAX_CLASSES ""
#endif

namespace sluice::bench {
namespace {

/// A pipe that closes at the end what is still open.
class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  ~Pipe() {
    ::close(ends_[0]);
    closeWriting();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writing() const noexcept { return ends_[1]; }

  void closeWriting() noexcept {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

  std::string readAll() {
    closeWriting();
    std::string text;
    std::array<char, 256> part;
    for (;;) {
      const ssize_t got = ::read(ends_[0], part.data(), part.size());
      if (got > 0) text.append(part.data(), static_cast<std::size_t>(got));
      if (got == 0) return text;
      if (got < 0 && errno != EINTR)
        throw std::system_error(errno, std::generic_category(), "read from java");
    }
  }

 private:
  std::array<int, 2> ends_{};
};

const char* waitStrategy(Idling idling) {
  switch (idling) {
    case Idling::spin:
      return "busySpin";
    case Idling::yield:
      return "yielding";
    default:
      return "blocking";
  }
}

std::vector<std::string> commandLine(std::size_t size, const Load& load,
                                     const Processors& processors) {
  std::string numbers;
  for (const int number : processors.numbers)
    numbers += (numbers.empty() ? "" : ",") + std::to_string(number);
  const int warmUpRecords = size < 1024 ? 1'000'000 : 200'000;
  return {SLUICE_BENCH_JAVA,
          // Nothing is allocated while it is measured, so what counts is a quick start.
          "-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-cp", SLUICE_BENCH_LMAX_CLASSES,
          "LmaxUnicast", std::to_string(size), std::to_string(load.batch),
          std::to_string(load.records), std::to_string(warmUpRecords),
          std::to_string(load.capacity), std::to_string(load.consumers), waitStrategy(load.idling),
          numbers};
}

/// Keeps the whole process, with the JVM's own threads, on these processors.
void stayOn(const Processors& processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int number : processors.numbers)
    CPU_SET(static_cast<std::size_t>(number), &set);
  if (::sched_setaffinity(0, sizeof(set), &set) != 0)
    throw std::system_error(errno, std::generic_category(), "java's processors");
}

/// Turns this process into that program.
[[noreturn]] void become(std::vector<std::string> commandLine) {
  std::vector<char*> arguments;
  for (std::string& argument : commandLine)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  throw std::system_error(errno, std::generic_category(), commandLine.front());
}

}  // namespace

bool lmaxIsThere() {
  return ::access(SLUICE_BENCH_JAVA, X_OK) == 0;
}

std::optional<double> runLmax(std::size_t size, const Load& load, const Processors& processors) {
  if (!lmaxIsThere()) return std::nullopt;
  Pipe pipe;
  ChildProcess java([&] {
    stayOn(processors);
    if (::dup2(pipe.writing(), STDOUT_FILENO) < 0)
      throw std::system_error(errno, std::generic_category(), "dup2");
    pipe.closeWriting();
    become(commandLine(size, load, processors));
  });
  const std::string output = pipe.readAll();
  try {
    java.mustSucceed();
  } catch (const std::exception&) {
    throw std::runtime_error("the LMAX Disruptor's run failed; it has said why on stderr");
  }
  const double recordsPerSecond = std::strtod(output.c_str(), nullptr);
  if (recordsPerSecond <= 0)
    throw std::runtime_error("the LMAX Disruptor's run printed no number but: " + output);
  return recordsPerSecond;
}

}  // namespace sluice::bench
