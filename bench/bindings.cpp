// The roles in other languages, beside the same in C++.
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "systems/python.hpp"
#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

/// What a caller of C is to reach of the untyped role of C++.
constexpr double targetOfC = 0.8;
/// What Python is to reach of what its users have otherwise.
constexpr double timesThePeers = 20;

/// The system that the others are measured by.
StreamSystem asFloor(StreamSystem system) {
  system.kind = Kind::floor;
  return system;
}

Parameters parametersOf(const char* subject, std::uint64_t batch) {
  return {.subject = subject, .recordBytes = 64, .batch = batch};
}

Target atLeast(double ratio) {
  return {Target::Bound::atLeast, ratio};
}

/// One batch's time in microseconds: of C++, of Python, and what Python takes more.
Comparison timesOf(PythonWork work, const char* subject, double most, const PythonLoad& load,
                   const Processors& processors) {
  const auto figure = PythonFigure::timePerBatch;
  return {"bindings",
          parametersOf(subject, load.batch),
          {{"time a batch", "us", false, Target{Target::Bound::atMost, most, Target::Of::value}}},
          {workInCpp(work, figure, load), workInPython(work, figure, load, processors),
           pythonLessCpp(work, load, processors)}};
}

Comparison ratesOf(PythonWork work, const char* subject, std::optional<double> least,
                   const PythonLoad& load, const Processors& processors) {
  const auto figure = PythonFigure::throughput;
  return {"bindings",
          parametersOf(subject, load.batch),
          {throughput(least)},
          {workInCpp(work, figure, load), workInPython(work, figure, load, processors)}};
}

/// Between two interpreters. The peer that is hardest to beat comes first.
Comparison streamsOf(const char* subject, std::optional<Target> target, const PythonLoad& load,
                     const PythonLoad& peers, const Processors& processors) {
  Comparison comparison{
      "bindings", parametersOf(subject, load.batch), {{"throughput", "M/s", true, target}}};
  if (pyzmqIsThere())
    comparison.contenders.push_back(
        betweenInterpreters("pyzmq", Kind::peer, "pyzmq", peers, processors));
  comparison.contenders.push_back(
      betweenInterpreters("multiprocessing.Queue", Kind::peer, "queue", peers, processors));
  comparison.contenders.push_back(
      betweenInterpreters("Sluice from Python", Kind::sluice, "stream", load, processors));
  return comparison;
}

void addPython(const RunOptions& options, std::vector<Comparison>& comparisons) {
  if (!pythonIsThere()) return;
  const std::uint64_t batches = options.quick ? 20'000 : 200'000;
  const auto& processors = options.processors;
  const PythonLoad small{256, batches};
  const PythonLoad large{4096, batches / 10};
  comparisons.push_back({"bindings",
                         parametersOf("Python, sum of a field of a stream", large.batch),
                         {throughput(0.7)},
                         {sumInCpp(large), sumInPython(large, processors)}});
  comparisons.push_back(
      ratesOf(PythonWork::consume, "Python, sum of a field", std::nullopt, large, processors));
  comparisons.push_back(
      timesOf(PythonWork::consume, "Python, sum of a field", 3, small, processors));
  comparisons.push_back(timesOf(PythonWork::wait, "Python, wait and commit", 2, small, processors));
  comparisons.push_back(ratesOf(PythonWork::produce, "Python, send", 0.4, small, processors));
  comparisons.push_back(ratesOf(PythonWork::produce, "Python, send", 0.8, large, processors));
  comparisons.push_back(streamsOf("Python to Python, peers a record a message",
                                  atLeast(timesThePeers), small, {1, batches}, processors));
  comparisons.push_back(streamsOf("Python to Python, peers an array a message", {}, small,
                                  {256, batches / 20}, processors));
  comparisons.push_back(streamsOf("Python to Python, peers an array a message", {}, large,
                                  {4096, batches / 200}, processors));
}

}  // namespace

std::vector<Comparison> bindings(const RunOptions& options) {
  std::vector<Comparison> comparisons;
  addPython(options, comparisons);
  const auto c = sluiceC();
  if (!c) return comparisons;
  for (const std::uint64_t batch : {1U, 256U}) {
    const Load load{.recordBytes = 64, .batch = batch, .idling = Idling::spin};
    Comparison comparison{
        "bindings", parametersOf(load, options.processors), {throughput(targetOfC)}};
    for (const StreamSystem& system : {asFloor(sluiceUntypedStamped()), *c})
      comparison.contenders.push_back(contend(system, load, options.processors, options.runTime()));
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace sluice::bench
