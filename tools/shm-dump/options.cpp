#include "options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <string_view>

#include "name_argument.hpp"
#include "os/printable.hpp"
#include "record_view.hpp"

namespace shm_dump {

using namespace sluice;

namespace {

constexpr int badArguments = 2;

std::optional<SequenceRange> rangeOf(std::string_view text) {
  Sequence first = 0;
  Sequence last = 0;
  const char* const end = text.data() + text.size();
  const auto [dots, firstError] = std::from_chars(text.data(), end, first);
  if (firstError != std::errc{} || !std::string_view(dots, end).starts_with(".."))
    return std::nullopt;
  const auto [rest, lastError] = std::from_chars(dots + 2, end, last);
  if (lastError != std::errc{} || rest != end || last < first) return std::nullopt;
  const std::uint64_t count = last - first + 1;
  if (count == 0) return std::nullopt;
  return SequenceRange{first, count};
}

std::optional<std::uint64_t> countOf(std::string_view text) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || rest != end || count == 0) return std::nullopt;
  return count;
}

std::string quoted(const std::string& text) {
  return "'" + detail::printable(text) + "'";
}

std::string checkRange(const std::string& text) {
  return rangeOf(text) ? std::string() : quoted(text) + " is not FROM..TO, two sequences";
}

std::string checkCount(const std::string& text) {
  return countOf(text) ? std::string() : quoted(text) + " is not a number from 1 on";
}

/// The arguments as they were given.
struct Given {
  std::string name;
  std::string directory{defaultDirectory};
  std::string slots;
  std::string last;
  std::string cut;
  std::vector<std::string> fields;
  bool json = false;
  bool list = false;
  bool noBytes = false;
};

Options optionsOf(const Given& given, bool isDirectoryGiven) {
  const auto argument = segment_tools::nameArgument(given.name, given.directory, isDirectoryGiven);
  if (!argument) throw CLI::ValidationError("NAME is a path, and so excludes --directory");
  Options options{.path = {argument->directory, argument->name},
                  .list = given.list,
                  .json = given.json,
                  .slots = rangeOf(given.slots),
                  .last = countOf(given.last).value_or(0),
                  .fields = given.fields,
                  .bytes = !given.noBytes && given.fields.empty(),
                  .cut = countOf(given.cut).value_or(RecordView{}.cut)};
  if (given.list == !given.name.empty())
    throw CLI::ValidationError(given.list ? "--list takes no NAME" : "NAME is missing");
  return options;
}

}  // namespace

Parsed parse(int argc, char** argv) {
  Given given;
  CLI::App app("Shows what is in a Sluice segment, without taking part or disturbing anybody.",
               "shm-dump");
  app.footer(
      "Exit status: 0 healthy, 1 something is wrong with the segment, 2 it could not be looked "
      "at.");
  app.set_version_flag("--version", "shm-dump " SLUICE_VERSION);
  app.add_option("NAME", given.name, "the segment's name, or a path to it");
  const auto* directory =
      app.add_option("--directory", given.directory, "where segments are")->capture_default_str();
  app.add_flag("--json", given.json, "print a JSON document");
  auto* slots = app.add_option("--slots", given.slots, "also show these records")
                    ->type_name("FROM..TO")
                    ->check(checkRange);
  app.add_option("--last", given.last, "also show the last N published records")
      ->type_name("N")
      ->check(checkCount)
      ->excludes(slots);
  app.add_option("--fields", given.fields, "of records, show these fields and no bytes")
      ->type_name("X,Y")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_flag("--no-bytes", given.noBytes, "of records, show only the fields");
  app.add_option("--cut", given.cut,
                 "show at most N bytes of a record, and of a field; 4096 unless given")
      ->type_name("N")
      ->check(checkCount);
  app.add_flag("--list", given.list, "list the segments of the directory");
  try {
    app.parse(argc, argv);
    return {optionsOf(given, directory->count() != 0), 0};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error) == 0 ? 0 : badArguments};
  }
}

}  // namespace shm_dump
