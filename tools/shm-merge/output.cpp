#include "output.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "complaints.hpp"
#include "field_time.hpp"
#include "os/directory.hpp"
#include "os/directory_watch.hpp"
#include "roles/name_pattern.hpp"
#include "sluice/untyped_observer.hpp"

namespace shm_merge {

using namespace sluice;

namespace {

/// Another process may create it at the same time.
Result<UntypedProducer> openRing(const Options& options, const RecordDescription& record,
                                 std::uint64_t capacity, const std::stop_token& stop) {
  const auto& [directory, name] = options.output;
  const OpenOptions open{.directory = directory, .takeOverWithin = {options.within, stop}};
  auto ring = UntypedProducer::open(name, open, record);
  if (ring || ring.error().code != ErrorCode::notFound) return ring;
  auto created =
      UntypedProducer::create(name,
                              {.capacity = options.capacity == 0 ? capacity : options.capacity,
                               .withoutConsumers = WithoutConsumers::wait,
                               .directory = directory},
                              record);
  if (created || created.error().code != ErrorCode::alreadyExists) return created;
  return UntypedProducer::open(name, open, record);
}

/// Looks at what is there, as often as it is asked.
class Search {
 public:
  Search(const Options& options, const std::stop_token& stop) : options_(options), stop_(stop) {}

  /// Nothing while there is no input.
  std::optional<Result<Output>> look(const std::vector<detail::NamePattern>& patterns) {
    const auto names = detail::listNames(options_.in.directory);
    if (!names) return Result<Output>(names.error());
    std::optional<Result<Output>> mismatch;
    for (const std::string& name : *names) {
      const auto isMeant = [&name](const auto& pattern) { return pattern.matches(name); };
      if (name.starts_with('.') || std::none_of(patterns.begin(), patterns.end(), isMeant))
        continue;
      auto output = openFor(name);
      if (!output) continue;
      if (*output || output->error().code != ErrorCode::recordMismatch) return output;
      mismatch = std::move(output);
    }
    return mismatch;
  }

 private:
  /// Nothing where that is no input.
  std::optional<Result<Output>> openFor(const std::string& name) {
    const auto input = UntypedObserver::attach(name, {.directory = options_.in.directory});
    if (!input) {
      if (input.error().code != ErrorCode::notFound) refuse(input.error().message());
      return std::nullopt;
    }
    auto record = std::make_unique<MergedRecord>(input->record());
    // Before there is an output: there may be no such field.
    if (!options_.by.empty()) static_cast<void>(timeBy(options_.by, record->input()));
    auto ring = openRing(options_, record->output(), input->capacity(), stop_);
    if (!ring) return Result<Output>(ring.error());
    return Result<Output>(Output{std::move(record), *std::move(ring)});
  }

  /// What stays as it is is told once.
  void refuse(const std::string& text) {
    if (told_.insert(text).second) complain(text);
  }

  const Options& options_;
  const std::stop_token& stop_;
  std::set<std::string> told_;
};

}  // namespace

Result<Output> openOutput(const Options& options, const std::stop_token& stop) {
  constexpr std::chrono::seconds pause{1};  // for an input that is not told of, as it was refused
  const std::vector<std::string_view> inputs(options.inputs.begin(), options.inputs.end());
  const auto patterns = detail::NamePattern::parseAll(inputs);
  if (!patterns) return patterns.error();
  // It begins before the first look, so that no name is missed in between.
  detail::DirectoryWatch watch(options.in.directory);
  const std::stop_callback stopped(stop, [&watch] { watch.interrupt(); });
  Search search(options, stop);
  while (!stop.stop_requested()) {
    if (auto output = search.look(*patterns)) return *std::move(output);
    static_cast<void>(watch.wait(std::chrono::steady_clock::now() + pause));
  }
  return Error{ErrorCode::stopped, options.output.name, "", "a request to stop", "an input", ""};
}

}  // namespace shm_merge
