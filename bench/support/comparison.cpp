#include "support/comparison.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace sluice::bench {
namespace {

/// `values` must not be empty.
double medianOf(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double nanoseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count());
}

bool isUsual(std::chrono::nanoseconds raw, double usual) {
  constexpr double tolerance = 1.5;
  return nanoseconds(raw) <= usual * tolerance && nanoseconds(raw) * tolerance >= usual;
}

}  // namespace

std::vector<double> Contender::counted() const {
  std::vector<double> values;
  for (const Sample& sample : samples)
    if (!sample.isSetApart) values.push_back(sample.value);
  return values;
}
double Contender::min() const {
  return std::ranges::min(counted());
}
double Contender::max() const {
  return std::ranges::max(counted());
}
double Contender::median() const {
  return medianOf(counted());
}
std::size_t Contender::countSetApart() const {
  return samples.size() - counted().size();
}
double Contender::raw() const {
  std::vector<double> raws;
  for (const Sample& sample : samples) {
    if (sample.isSetApart) continue;
    raws.push_back(nanoseconds(sample.rawBefore));
    raws.push_back(nanoseconds(sample.rawAfter));
  }
  return medianOf(raws);
}

const Contender& Comparison::reference() const {
  const auto isFloor = [](const Contender& one) { return one.standing == Standing::floor; };
  const auto floor = std::ranges::find_if(contenders, isFloor);
  return floor == contenders.end() ? contenders.front() : *floor;
}

const Contender* Comparison::best(Standing standing) const {
  const Contender* best = nullptr;
  for (const Contender& contender : contenders) {
    if (contender.standing != standing) continue;
    const bool better = best == nullptr || (contender.median() > best->median()) == higherIsBetter;
    if (better) best = &contender;
  }
  return best;
}

double Comparison::ratio(const Contender& contender) const {
  return contender.median() / reference().median();
}

void Comparison::setApart() {
  std::vector<double> raws;
  for (const Contender& contender : contenders) {
    for (const Sample& sample : contender.samples) {
      if (sample.rawBefore.count() == 0) continue;
      raws.push_back(nanoseconds(sample.rawBefore));
      raws.push_back(nanoseconds(sample.rawAfter));
    }
  }
  if (raws.empty()) return;
  const double usual = medianOf(raws);
  for (Contender& contender : contenders) {
    for (Sample& sample : contender.samples)
      sample.isSetApart = sample.rawBefore.count() != 0 &&
                          !(isUsual(sample.rawBefore, usual) && isUsual(sample.rawAfter, usual));
    if (contender.countSetApart() == contender.samples.size())
      for (Sample& sample : contender.samples)
        sample.isSetApart = false;
  }
}

RunOptions parseOptions(int argc, char** argv, const std::string& what) {
  RunOptions options;
  CLI::App app(what);
  app.add_option("--repetitions", options.repetitions, "runs of each system")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--quick", options.quick, "3 short runs of each");
  app.add_option("--only", options.only,
                 "only comparisons with this in their heading; may be repeated");
  app.add_option("--json", options.json, "also write the results to this file");
  app.add_option("--processors", options.processors, "where producer and consumers run")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (options.quick) options.repetitions = 3;
  return options;
}

void runInterleaved(std::vector<Comparison>& comparisons, const RunOptions& options) {
  std::erase_if(comparisons, [&](const Comparison& comparison) {
    const std::string heading = comparison.workload + ", " + comparison.parameters;
    return !options.only.empty() && std::ranges::none_of(options.only, [&](const auto& part) {
      return heading.find(part) != std::string::npos;
    });
  });
  std::size_t all = 0;
  for (const Comparison& comparison : comparisons)
    all += comparison.contenders.size() * options.repetitions;
  const bool isTerminal = ::isatty(STDERR_FILENO) != 0;
  std::size_t done = 0;
  for (Comparison& comparison : comparisons) {
    if (!isTerminal)
      fmt::print(stderr, "[{}/{}] {}, {}\n", done, all, comparison.workload, comparison.parameters);
    for (unsigned repetition = 0; repetition < options.repetitions; ++repetition) {
      for (Contender& contender : comparison.contenders) {
        ++done;
        if (isTerminal)
          fmt::print(stderr, "\r[{}/{}] {}, {}: {}\033[K", done, all, comparison.workload,
                     comparison.parameters, contender.system);
        contender.samples.push_back(contender.run());
      }
    }
    comparison.setApart();
  }
  if (isTerminal) fmt::print(stderr, "\r\033[K");
}

}  // namespace sluice::bench
