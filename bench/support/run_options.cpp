#include "support/run_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

namespace sluice::bench {
namespace {

std::vector<int> allowedProcessors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof(set), &set);
  std::vector<int> numbers;
  for (int number = 0; number < CPU_SETSIZE; ++number)
    if (CPU_ISSET(static_cast<std::size_t>(number), &set)) numbers.push_back(number);
  return numbers;
}

bool hasOneOf(const std::string& text, const std::vector<std::string>& parts) {
  return std::ranges::any_of(
      parts, [&](const std::string& part) { return text.find(part) != std::string::npos; });
}

/// Empty, or what is wrong with them.
std::string complaintAbout(const std::vector<int>& numbers, const std::vector<int>& allowed) {
  for (const int number : numbers)
    if (!std::ranges::binary_search(allowed, number))
      return fmt::format("processor {} may not be used by this process; choose from {}", number,
                         fmt::join(allowed, ","));
  if (numbers.size() < 2 || numbers[0] == numbers[1])
    return fmt::format("found {} processor, two are needed: the producer's and a consumer's",
                       numbers.size() < 2 ? "one" : "twice the same");
  return {};
}

}  // namespace

bool RunOptions::wants(const Comparison& comparison) const {
  return only.empty() || hasOneOf(headingOf(comparison), only);
}

bool RunOptions::wants(const Contender& contender) const {
  return systems.empty() || hasOneOf(contender.system, systems);
}

RunOptions parseOptions(int argc, char** argv) {
  const std::vector<int> allowed = allowedProcessors();
  RunOptions options;
  options.processors.numbers = {allowed.begin(), allowed.begin() + (allowed.size() < 2 ? 1 : 2)};
  CLI::App app("Measures Sluice beside what the machine can do, and beside other systems.",
               "sluice-bench");
  app.add_flag("--quick", options.quick, "a first impression: 3 repetitions of shorter runs");
  app.add_flag("--list", options.list, "only tell what would be compared");
  app.add_option("--only", options.only,
                 "only comparisons whose heading, as --list has it, contains TEXT; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  app.add_option("--systems", options.systems,
                 "only systems whose name contains TEXT; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  app.add_option("--json", options.json, "write the results to FILE, as bench/README.md describes")
      ->type_name("FILE");
  app.add_option("--plots", options.plots, "draw the results into DIRECTORY")
      ->type_name("DIRECTORY");
  const CLI::Option* const repetitions =
      app.add_option("--repetitions", options.repetitions,
                     "runs of each system that are to count; 7, or 3 with --quick")
          ->type_name("N")
          ->check(CLI::PositiveNumber);
  app.add_option("--processors", options.processors.numbers,
                 "the producer runs on A, consumers on B and what else you name, in turn")
      ->type_name("A,B")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  try {
    app.parse(argc, argv);
    const std::string complaint = complaintAbout(options.processors.numbers, allowed);
    if (!complaint.empty()) throw CLI::ValidationError("--processors", complaint);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (options.quick && repetitions->empty()) options.repetitions = 3;
  return options;
}

}  // namespace sluice::bench
