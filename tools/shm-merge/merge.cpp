#include "merge.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "complaints.hpp"
#include "field_time.hpp"
#include "merge_batch.hpp"
#include "named_inputs.hpp"
#include "os/identity.hpp"
#include "os/printable.hpp"
#include "output.hpp"
#include "settle.hpp"
#include "sluice/untyped_fan_in.hpp"

namespace shm_merge {

using namespace sluice;

namespace {

Result<UntypedFanIn> openInputs(const Options& options, const RecordDescription& record) {
  const std::vector<std::string_view> names(options.inputs.begin(), options.inputs.end());
  if (options.by.empty()) return UntypedFanIn::open(names, options.in, record);
  return UntypedFanIn::open(names, options.in, record,
                            {.time = timeBy(options.by, record), .quietLimit = options.quietLimit});
}

class Merge {
 public:
  Merge(const Options& options, Output& output, UntypedFanIn in, const std::stop_token& stop)
      : output_(output), in_(std::move(in)), stop_(stop), named_(options.inputs) {}

  int run() {
    Status status = Status::ok;
    while (status == Status::ok && !areInputsOver())
      status = take(in_.wait(stop_));
    if (in_.late() != 0)
      complain(fmt::format("{} records came after one of a later time", in_.late()));
    if (status == Status::stopped) return complete;
    if (status != Status::ok) {
      complain(fmt::format("the output or an input: {}", nameOf(status)));
      return endedOtherwise;
    }
    if (!named_.areClosed()) return endedOtherwise;
    output_.ring.close();
    return complete;
  }

 private:
  using Event = UntypedFanIn::Event;

  bool areInputsOver() const { return named_.areOver() && in_.size() == 0; }

  Status take(const Event& event) {
    switch (event.news()) {
      case FanInNews::records:
        begin(event.ring());
        return mergeBatch(in_, event, output_.ring, *output_.record, stop_);
      case FanInNews::ended:
        end(event.ring(), event.status());
        return Status::ok;
      case FanInNews::refused:
        refuse(event.ring().name, event.error());
        return Status::ok;
      case FanInNews::none:
        return event.status();
    }
    return Status::ok;
  }

  /// Once of each ring: a reader of the output finds the name of an origin here.
  void begin(const FanInRing& ring) {
    if (!begun_.insert(ring.number).second) return;
    named_.goesOn(ring.name);
    if (ring.lost.count != 0)
      complain(fmt::format("{}: records {} to {} were overwritten before it was read", ring.name,
                           ring.lost.first, ring.lost.first + ring.lost.count - 1));
    const bool isWritten = std::printf("%s %s\n", detail::inHex(ring.id).c_str(),
                                       detail::printable(ring.name).c_str()) >= 0;
    if (!isWritten || std::fflush(stdout) != 0)
      complain("standard output cannot be written: it has not the name of each origin");
  }

  void end(const FanInRing& ring, Status status) {
    begun_.erase(ring.number);
    // An evicted one is joined again.
    if (status != Status::evicted) named_.ended(ring.name, status);
    if (status != Status::closed) complain(fmt::format("{}: {}", ring.name, nameOf(status)));
  }

  /// A row or a name that is in use may be free soon, and is tried again.
  void refuse(const std::string& name, const Error& error) {
    complain(error.message());
    if (error.code != ErrorCode::inUse && error.code != ErrorCode::full) named_.refused(name);
  }

  Output& output_;
  UntypedFanIn in_;
  const std::stop_token& stop_;
  NamedInputs named_;
  std::set<std::uint64_t> begun_;  // the numbers of the rings
};

int complainOf(Error error) {
  if (error.code == ErrorCode::stopped) return complete;
  if (error.code == ErrorCode::ended) error.advice = "remove it (shm-rm) to begin a new one";
  complain(error.message());
  const bool isRefusal = error.code == ErrorCode::inUse || error.code == ErrorCode::ended ||
                         error.code == ErrorCode::timedOut;
  return isRefusal ? endedOtherwise : failed;
}

}  // namespace

int merge(const Options& options, const std::stop_token& stop) {
  auto output = openOutput(options, stop);
  if (!output) return complainOf(output.error());
  const detail::SegmentPath path(options.output.directory, options.output.name);
  const auto last = lastMerged(path, output->ring.lastPublished());
  if (!last) return complainOf(last.error());
  if (*last) {
    if (const auto settled = settle(**last, options.in); !settled)
      return complainOf(settled.error());
  }
  auto in = openInputs(options, output->record->input());
  if (!in) return complainOf(in.error());
  return Merge(options, *output, *std::move(in), stop).run();
}

}  // namespace shm_merge
