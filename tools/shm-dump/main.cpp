// shm-dump: shows what is in a segment. See docs/shm-dump.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "inspect/look.hpp"
#include "json.hpp"
#include "text.hpp"

namespace {

using namespace sluice;
using namespace sluice::inspect;
using shm_dump::Json;

enum Status { healthy = 0, faulty = 1, couldNotLook = 2 };

struct Options {
  detail::SegmentPath path;
  std::string slots;
  std::uint64_t last = 0;
  bool json = false;
  bool list = false;
};

struct SequenceRange {
  Sequence first = 0;
  std::uint64_t count = 0;
};

/// False once nobody reads any more.
bool print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

int complain(std::string_view text) {
  std::fprintf(stderr, "shm-dump: %.*s\n", static_cast<int>(text.size()), text.data());
  return couldNotLook;
}

std::optional<SequenceRange> parseRange(std::string_view text) {
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

/// What was asked for, of a snapshot with a producer.
SequenceRange rangeOf(const Options& options, const Snapshot& snapshot) {
  if (!options.slots.empty()) return *parseRange(options.slots);
  const Sequence published = snapshot.producer->stream.published;
  const std::uint64_t count =
      std::min({options.last, snapshot.geometry->capacity, std::uint64_t{published + 1}});
  return {published + 1 - count, count};
}

bool printSlots(const detail::SegmentFile& file, const Snapshot& snapshot,
                const SequenceRange& range, Json& slots) {
  const SlotReader reader(file, *snapshot.geometry);
  for (std::uint64_t i = 0; i < range.count; ++i) {
    const SlotFacts slot = reader.read(range.first + i);
    if (!slots.is_null())
      slots.push_back(shm_dump::inJson(slot, snapshot.fields));
    else if (!print(shm_dump::inText(slot, snapshot.fields)))
      return false;
  }
  return true;
}

int dump(const Options& options) {
  const auto file = openToLook(options.path);
  if (!file) return complain(file.error().message());
  const Snapshot snapshot = look(*file);
  const int status = snapshot.healthy() ? healthy : faulty;
  SequenceRange range;
  if (snapshot.producer) range = rangeOf(options, snapshot);
  if (snapshot.geometry && range.count > snapshot.geometry->capacity)
    return complain("--slots asks for " + std::to_string(range.count) +
                    " records; the ring holds " + std::to_string(snapshot.geometry->capacity));
  if (!options.json) {
    if (print(shm_dump::inText(snapshot))) {
      Json none;
      printSlots(*file, snapshot, range, none);
    }
    return status;
  }
  Json document = shm_dump::inJson(snapshot);
  if (!options.slots.empty() || options.last != 0) {
    Json slots = Json::array();
    if (snapshot.producer) printSlots(*file, snapshot, range, slots);
    document["slots"] = std::move(slots);
  }
  print(shm_dump::written(document) + "\n");
  return status;
}

int list(const Options& options) {
  const auto snapshots = lookAtAll(options.path.directory);
  if (!snapshots) return complain(snapshots.error().message());
  print(options.json ? shm_dump::written(shm_dump::listInJson(*snapshots)) + "\n"
                     : shm_dump::listInText(*snapshots));
  const bool allHealthy = std::all_of(snapshots->begin(), snapshots->end(),
                                      [](const Snapshot& snapshot) { return snapshot.healthy(); });
  return allHealthy ? healthy : faulty;
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGPIPE, SIG_IGN);
  Options options;
  CLI::App app("Shows what is in a Sluice segment, without taking part or disturbing anybody.",
               "shm-dump");
  app.footer(
      "Exit status: 0 healthy, 1 something is wrong with the segment, 2 it could not be looked "
      "at.");
  app.set_version_flag("--version", "shm-dump " SLUICE_VERSION);
  const auto* name = app.add_option("NAME", options.path.name, "the segment's name");
  app.add_option("--directory", options.path.directory, "where segments are")
      ->capture_default_str();
  app.add_flag("--json", options.json, "print a JSON document");
  const auto rangeCheck = [](const std::string& text) {
    return parseRange(text) ? std::string() : "'" + text + "' is not FROM..TO, two sequences";
  };
  auto* slots = app.add_option("--slots", options.slots, "also show these records")
                    ->type_name("FROM..TO")
                    ->check(rangeCheck);
  app.add_option("--last", options.last, "also show the last N published records")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->excludes(slots);
  app.add_flag("--list", options.list, "list the segments of the directory");
  try {
    app.parse(argc, argv);
    if (options.list == (name->count() != 0))
      throw CLI::ValidationError(options.list ? "--list takes no NAME" : "NAME is missing");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? healthy : couldNotLook;
  }
  return options.list ? list(options) : dump(options);
} catch (const std::exception& error) {
  return complain(error.what());
}
