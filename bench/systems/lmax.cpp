#include "systems/lmax.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/program.hpp"

// Without them CMake has found no JDK, or no disruptor.jar.
#ifndef SLUICE_BENCH_JAVA
#define SLUICE_BENCH_JAVA ""
#define SLUICE_BENCH_LMAX_CLASSES ""
#endif

namespace sluice::bench {
namespace {

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
  const int warmUpRecords = size < 1024 ? 500'000 : 100'000;
  return {SLUICE_BENCH_JAVA,
          // Nothing is allocated while it is measured, so what counts is a quick start.
          "-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-cp", SLUICE_BENCH_LMAX_CLASSES,
          "LmaxUnicast", std::to_string(size), std::to_string(load.batch),
          std::to_string(load.records), std::to_string(warmUpRecords),
          std::to_string(load.capacity), std::to_string(load.consumers), waitStrategy(load.idling),
          numbers};
}

double runOnJvm(std::size_t size, const Load& load, const Processors& processors) {
  const std::string output = outputOf(commandLine(size, load, processors), processors);
  const double recordsPerSecond = std::strtod(output.c_str(), nullptr);
  if (recordsPerSecond <= 0)
    throw std::runtime_error("the LMAX Disruptor's run printed no number but: " + output);
  return recordsPerSecond;
}

}  // namespace

bool lmaxIsThere() {
  return ::access(SLUICE_BENCH_JAVA, X_OK) == 0;
}

void addLmax(std::vector<Contender>& contenders, std::size_t size, const Load& load,
             const Processors& processors) {
  if (!lmaxIsThere()) return;
  Load fewer = load;
  fewer.records = load.records / 5;
  contenders.push_back({"LMAX Disruptor, threads of a JVM", Standing::peer,
                        [=] { return runOnJvm(size, fewer, processors) / 1e6; }});
}

}  // namespace sluice::bench
