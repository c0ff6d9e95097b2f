#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <stdexcept>

#include "begin.hpp"
#include "message_framing.hpp"
#include "publish.hpp"
#include "record_parser.hpp"
#include "sluice/untyped.hpp"

namespace shm_pub {

namespace {

int publishLines(sluice::UntypedProducer& ring, const Options& options, RecordParser& parser) {
  segment_tools::FramedReader input(stdin, options.framing);
  std::uint64_t line = 0;
  std::uint64_t begin = 0;  // the line with which the record began
  const auto complainOfLine = [&](std::string_view text) {
    return complain(fmt::format("line {} of the input: {}", begin, text), failed);
  };
  for (auto text = input.next(); text; text = input.next()) {
    ++line;
    if (!parser.isWithinRecord()) begin = line;
    if (parser.needsWholeLines() && !input.isWhole())
      return complainOfLine("found no end of the line, so it may have been cut");
    try {
      const auto record = parser.take(*text);
      if (!record) continue;
      const auto sent = ring.send(record->data(), record->size(), 1, {});
      if (sent.status != sluice::Status::ok) return complain(nameOf(sent.status), refused);
    } catch (const std::invalid_argument& error) {
      return complainOfLine(error.what());
    }
  }
  if (!input.error().empty()) return complain(input.error(), failed);
  if (parser.isWithinRecord()) return complainOfLine("found the end of the input within quotes");
  if (!options.leaveOpen) ring.close();
  return published;
}

}  // namespace

int publishRecords(const Options& options) {
  const auto like =
      sluice::UntypedObserver::attach(options.like->name, {.directory = options.like->directory});
  if (!like) return complain(like.error().message(), failed);
  const auto parser = recordParser(like->record(), options.format);
  auto ring = sluice::UntypedProducer::createOrOpen(
      options.segment.name,
      {.capacity = options.capacity == 0 ? like->capacity() : options.capacity,
       .directory = options.segment.directory},
      like->record(), like->slotLayout());
  if (!ring) return complainOf(ring.error());
  if (const auto status = waitForConsumers(*ring, options)) return *status;
  return publishLines(*ring, options, *parser);
}

}  // namespace shm_pub
