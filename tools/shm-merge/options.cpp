#include "options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <span>

#include "roles/discovery.hpp"
#include "roles/name_pattern.hpp"
#include "sluice/policy.hpp"

namespace shm_merge {

using segment_tools::nameArgument;
using segment_tools::NameArgument;

namespace {

/// The arguments as they were given.
struct Given {
  std::vector<std::string> names;
  std::string directory{sluice::defaultDirectory};
  double quietSeconds = 0.1;
};

void addOptions(CLI::App& app, Options& options, Given& given) {
  auto* by = app.add_option("--by", options.by,
                            "merge by this field of the records, a number that does not decrease; "
                            "otherwise the inputs are read in turn")
                 ->type_name("FIELD");
  app.add_option("--quiet", given.quietSeconds,
                 "how long an input that has nothing may hold the later records of others back")
      ->capture_default_str()
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 1e9))
      ->needs(by);
  app.add_option("--name", options.in.name,
                 "the consumer's name in each input: merge:OUT, unless given")
      ->type_name("X");
  app.add_option("--capacity", options.capacity,
                 "of a new output: records in flight; as many as an input has, unless given")
      ->type_name("N");
  app.add_flag("--remove-closed", options.in.removeClosed,
               "remove an input that was closed and merged to its end, once nobody else uses it");
  app.add_option_function<double>(
         "--within",
         [&options](double seconds) { options.within = std::chrono::duration<double>(seconds); },
         "how long to wait for another producer of the output to be gone")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
}

NameArgument checked(const std::string& name, const Given& given, bool isDirectoryGiven) {
  const auto argument = nameArgument(name, given.directory, isDirectoryGiven);
  if (!argument) throw CLI::ValidationError(name + " is a path, and so excludes --directory");
  return *argument;
}

bool isSameDirectory(const std::string& one, const std::string& other) {
  std::error_code ignored;
  return one == other || std::filesystem::equivalent(one, other, ignored);
}

void setNames(Options& options, const Given& given, bool isDirectoryGiven) {
  options.output = checked(given.names.back(), given, isDirectoryGiven);
  for (const std::string& name : std::span(given.names).first(given.names.size() - 1)) {
    const NameArgument input = checked(name, given, isDirectoryGiven);
    if (options.inputs.empty()) options.in.directory = input.directory;
    if (!isSameDirectory(options.in.directory, input.directory))
      throw CLI::ValidationError(
          fmt::format("{}: found another directory than {}, expected all "
                      "inputs in one",
                      name, options.in.directory));
    const auto pattern = sluice::detail::NamePattern::parse(input.name);
    if (!pattern) throw CLI::ValidationError(pattern.error().message());
    if (pattern->matches(options.output.name) &&
        isSameDirectory(input.directory, options.output.directory))
      throw CLI::ValidationError(
          fmt::format("{} is an output that the input {} means too: choose another name",
                      options.output.name, input.name));
    options.inputs.push_back(input.name);
  }
}

/// The consumer that a dead merge leaves in each input belongs to that output.
void setConsumer(Options& options) {
  options.in.onDeath = sluice::OnDeath::hold;
  if (options.in.name.empty()) options.in.name = "merge:" + options.output.name;
  const auto good = sluice::detail::checkFanInOptions(options.inputs.front(), options.in);
  if (!good) throw CLI::ValidationError("--name: " + good.error().message());
}

}  // namespace

Parsed parse(int argc, char** argv) {
  Options options;
  Given given;
  CLI::App app(
      "Merges the records of many rings into one, in one order for all its readers. After its "
      "death it goes on where it was.",
      "shm-merge");
  app.footer(
      "Exit status: 0 all inputs were closed and merged, or a signal asked; 1 the output has "
      "a producer or was closed, or an input ended otherwise; 2 anything else.");
  app.set_version_flag("--version", "shm-merge " SLUICE_VERSION);
  // A list that another argument follows would take that too.
  app.add_option("NAMES", given.names,
                 "IN... OUT: the inputs' names, or patterns with * and ?, and then the output's "
                 "name; or paths to them")
      ->required()
      ->expected(-2)
      ->type_name("");
  const auto* directory =
      app.add_option("--directory", given.directory, "where segments are")->capture_default_str();
  addOptions(app, options, given);
  try {
    app.parse(argc, argv);
    setNames(options, given, directory->count() != 0);
    setConsumer(options);
    options.quietLimit = std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(given.quietSeconds));
    return {options, complete};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error) == 0 ? complete : failed};
  }
}

}  // namespace shm_merge
