// shm-dump: shows what is in a segment. See docs/shm-dump.md.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "inspect/look.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output_failure.hpp"
#include "slot_text.hpp"
#include "text.hpp"

namespace {

using namespace sluice;
using namespace sluice::inspect;
using shm_dump::Json;
using shm_dump::Options;
using shm_dump::RecordView;
using shm_dump::SequenceRange;

constexpr int indent = 2;

enum Status { healthy = 0, faulty = 1, couldNotLook = 2 };

/// False with errno when not all could be written.
bool print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

int complain(std::string_view text) {
  std::fprintf(stderr, "shm-dump: %s\n", printable(text).c_str());
  return couldNotLook;
}

/// The exit status after all was printed, or after a write that has failed.
int endOfOutput(bool isPrinted, int status) {
  if (isPrinted && std::fflush(stdout) == 0) return status;
  const auto failure = segment_tools::outputFailure(errno);
  return failure ? complain(*failure) : status;
}

/// What was asked for, of a snapshot with a producer.
SequenceRange rangeOf(const Options& options, const Snapshot& snapshot) {
  if (options.slots) return *options.slots;
  const Sequence published = snapshot.producer->stream.published;
  const std::uint64_t count =
      std::min({options.last, snapshot.geometry->capacity, std::uint64_t{published + 1}});
  return {published + 1 - count, count};
}

/// The fields that were asked for, in the order of the record; or what is wrong with one of them.
Result<RecordView> viewOf(const Options& options, const Snapshot& snapshot) {
  RecordView view{.fields = snapshot.fields, .bytes = options.bytes, .cut = options.cut};
  if (options.fields.empty()) return view;
  std::string known;
  for (const SchemaField& field : snapshot.fields)
    known += (known.empty() ? "" : ", ") + field.name;
  const auto isAsked = [&](const std::string& name) {
    return std::find(options.fields.begin(), options.fields.end(), name) != options.fields.end();
  };
  std::erase_if(view.fields, [&](const SchemaField& field) { return !isAsked(field.name); });
  for (const std::string& name : options.fields)
    if (std::none_of(view.fields.begin(), view.fields.end(),
                     [&](const SchemaField& field) { return field.name == name; }))
      return Error{ErrorCode::invalidArgument, snapshot.path, "--fields", "'" + name + "'",
                   known.empty() ? "nothing: the record describes no fields" : "of " + known};
  return view;
}

bool printSlots(const detail::SegmentFile& file, const Snapshot& snapshot,
                const SequenceRange& range, const RecordView& view, Json& slots) {
  const SlotReader reader(file, *snapshot.geometry, view.cut);
  for (std::uint64_t i = 0; i < range.count; ++i) {
    const SlotFacts slot = reader.read(range.first + i);
    if (!slots.is_null())
      slots.push_back(shm_dump::inJson(slot, view));
    else if (!print(shm_dump::inText(slot, view)))
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
  const auto view = viewOf(options, snapshot);
  if (!view) return complain(view.error().message());
  if (!options.json) {
    Json none;
    return endOfOutput(
        print(shm_dump::inText(snapshot)) && printSlots(*file, snapshot, range, *view, none),
        status);
  }
  Json document = sluice::document::inJson(snapshot);
  if (options.asksForRecords()) {
    Json slots = Json::array();
    if (snapshot.producer) printSlots(*file, snapshot, range, *view, slots);
    document["slots"] = std::move(slots);
  }
  return endOfOutput(print(sluice::document::written(document, indent) + "\n"), status);
}

int list(const Options& options) {
  const auto snapshots = lookAtAll(options.path.directory);
  if (!snapshots) return complain(snapshots.error().message());
  const bool isPrinted = print(
      options.json ? sluice::document::written(shm_dump::listInJson(*snapshots), indent) + "\n"
                   : shm_dump::listInText(*snapshots));
  const bool allHealthy = std::all_of(snapshots->begin(), snapshots->end(),
                                      [](const Snapshot& snapshot) { return snapshot.healthy(); });
  return endOfOutput(isPrinted, allHealthy ? healthy : faulty);
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGPIPE, SIG_IGN);
  const auto [options, status] = shm_dump::parse(argc, argv);
  if (!options) return status;
  return options->list ? list(*options) : dump(*options);
} catch (const std::exception& error) {
  return complain(error.what());
}
