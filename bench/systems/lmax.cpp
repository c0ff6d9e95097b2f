#include "systems/lmax.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/pace.hpp"
#include "support/program.hpp"

// Without them CMake has found no JDK, or no disruptor.jar.
#ifndef SLUICE_BENCH_JAVA
#define SLUICE_BENCH_JAVA ""
#define SLUICE_BENCH_LMAX_CLASSES ""
#endif

namespace sluice::bench {
namespace {

constexpr const char* name = "LMAX Disruptor, threads of a JVM";

/// What one run answered: its time and raw ping-pongs in nanoseconds, and more.
struct Answer {
  Pace::Time time;
  double rawBefore;
  double rawAfter;
  std::vector<double> more;
};

/// A JVM that is started by the first run.
class Jvm {
 public:
  Jvm(std::vector<std::string> workload, Processors processors)
      : workload_(std::move(workload)), processors_(std::move(processors)) {}

  Answer run(std::uint64_t records) {
    if (!program_) start();
    const std::string line = program_->ask(std::to_string(records));
    std::istringstream words(line);
    Pace::Time::rep time = 0;
    Answer answer{};
    words >> time >> answer.rawBefore >> answer.rawAfter;
    if (!words || time <= 0)
      throw std::runtime_error("the LMAX Disruptor's run gave no figures but: " + line);
    answer.time = Pace::Time(time);
    for (double value = 0; words >> value;)
      answer.more.push_back(value);
    return answer;
  }

 private:
  void start() {
    // Nothing is allocated while it is measured, so what counts is a quick start.
    std::vector<std::string> commandLine{SLUICE_BENCH_JAVA,
                                         "-XX:+UseSerialGC",
                                         "-Xms256m",
                                         "-Xmx256m",
                                         "-cp",
                                         SLUICE_BENCH_LMAX_CLASSES,
                                         "Lmax"};
    commandLine.insert(commandLine.end(), workload_.begin(), workload_.end());
    commandLine.push_back(fmt::format("{}", fmt::join(processors_.numbers, ",")));
    program_ = std::make_unique<Program>(commandLine, processors_);
  }

  std::vector<std::string> workload_;
  Processors processors_;
  std::unique_ptr<Program> program_;
};

/// `valuesOf` makes a run's figures of its answer and its number of records.
template <class ValuesOf>
std::optional<Contender> contend(const std::vector<std::string>& workload,
                                 const Processors& processors, Pace pace, ValuesOf valuesOf) {
  if (!lmaxIsThere()) return {};
  const auto jvm = std::make_shared<Jvm>(workload, processors);
  return Contender{name, Kind::peer, [=]() mutable {
                     for (;;) {
                       const bool isMeasured = pace.isKnown();
                       const std::uint64_t records = pace.records();
                       const Answer answer = jvm->run(records);
                       pace.learn(answer.time);
                       if (isMeasured)
                         return Run{valuesOf(answer, records), answer.rawBefore, answer.rawAfter};
                     }
                   }};
}

std::optional<Contender> contendWithChannel(const char* workload, Idling idling,
                                            const Processors& processors,
                                            std::chrono::nanoseconds runTime) {
  constexpr std::uint64_t least = 1000;
  return contend({workload, nameOf(idling)}, processors, Pace(runTime, least, least),
                 [](const Answer& answer, std::uint64_t) { return answer.more; });
}

}  // namespace

bool lmaxIsThere() {
  return ::access(SLUICE_BENCH_JAVA, X_OK) == 0;
}

std::optional<Contender> lmaxStream(const Load& load, const Processors& processors,
                                    std::chrono::nanoseconds runTime) {
  const std::vector<std::string> workload{"stream",
                                          std::to_string(load.recordBytes),
                                          std::to_string(load.batch),
                                          std::to_string(load.capacity()),
                                          std::to_string(load.consumers),
                                          nameOf(load.idling)};
  return contend(workload, processors, Pace(runTime),
                 [](const Answer& answer, std::uint64_t records) {
                   return std::vector{static_cast<double>(records) * 1e3 /
                                      static_cast<double>(answer.time.count())};
                 });
}

std::optional<Contender> lmaxFanIn(const Load& load, const Processors& processors,
                                   std::chrono::nanoseconds runTime) {
  const std::vector<std::string> workload{"fanIn", std::to_string(load.recordBytes),
                                          std::to_string(load.capacity()),
                                          std::to_string(load.producers), nameOf(load.idling)};
  return contend(workload, processors, Pace(runTime),
                 [producers = load.producers](const Answer& answer, std::uint64_t records) {
                   return std::vector{static_cast<double>(producers * records) * 1e3 /
                                      static_cast<double>(answer.time.count())};
                 });
}

std::optional<Contender> lmaxPingPong(Idling idling, const Processors& processors,
                                      std::chrono::nanoseconds runTime) {
  return contendWithChannel("pingPong", idling, processors, runTime);
}

std::optional<Contender> lmaxWakeConsumer(const Processors& processors,
                                          std::chrono::nanoseconds runTime) {
  return contendWithChannel("wakeConsumer", Idling::block, processors, runTime);
}

}  // namespace sluice::bench
