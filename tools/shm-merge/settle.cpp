#include "settle.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include "inspect/slot_reader.hpp"
#include "os/directory.hpp"
#include "roles/ring_search.hpp"
#include "segment/checked_file.hpp"
#include "sluice/detail/consumer_attachment.hpp"
#include "sluice/detail/fan_in_reader.hpp"

namespace shm_merge {

using namespace sluice;
using detail::ConsumerAttachment;

namespace {

using Reader = detail::SlotReader<detail::AnySlot>;

/// Nothing when no segment of that directory has the id.
Result<std::optional<std::string>> nameOf(const SegmentId& id, const std::string& directory) {
  const auto names = detail::listNames(directory);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const auto segment = detail::openChecked({directory, name});
    if (segment && segment->header.id == id) return std::optional(name);
  }
  return std::optional<std::string>{};
}

Result<ConsumerAttachment> attach(const std::string& name, const FanInOptions& options) {
  constexpr std::chrono::seconds patience{5};
  constexpr std::chrono::milliseconds pause{10};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto attached =
        ConsumerAttachment::attach(name, detail::consumerOptions(options), {.anyRecord = true});
    const bool isTaken = !attached && attached.error().code == ErrorCode::inUse;
    if (!isTaken || std::chrono::steady_clock::now() >= until) return attached;
    std::this_thread::sleep_for(pause);
  }
}

Error notThere(const std::string& name, Sequence sequence, Status status) {
  return {ErrorCode::incompatible,
          name,
          "record " + std::to_string(sequence),
          std::string("none: ") + sluice::nameOf(status),
          "the record that the output has as its last",
          "the ring is damaged: remove it, and start again"};
}

}  // namespace

Result<std::optional<Source>> lastMerged(const detail::SegmentPath& output,
                                         Sequence lastPublished) {
  if (lastPublished == noSequence) return std::optional<Source>{};
  const auto segment = detail::openChecked(output);
  if (!segment) return segment.error();
  const auto slot = inspect::SlotReader(segment->file, segment->geometry).read(lastPublished);
  Source source{};
  if (slot.state != inspect::SlotState::whole || slot.record.size() < sizeof source)
    return std::optional<Source>{};
  std::memcpy(&source, slot.record.data(), sizeof source);
  return std::optional(source);
}

Result<void> settle(const Source& last, const FanInOptions& options) {
  const auto name = nameOf(last.origin, options.directory);
  if (!name) return name.error();
  if (!*name) return {};
  auto attached = attach(**name, options);
  if (!attached && attached.error().code == ErrorCode::notFound) return {};
  if (!attached) return attached.error();
  // The name may mean another segment by now.
  if (attached->segmentId() != last.origin) return {};
  const detail::AnySlot slot = attached->slot();
  Reader reader(*std::move(attached), slot, options, {});
  while (!reached(reader.engine().attachment().lastCommitted(), last.sequence)) {
    const detail::ArrivedSlots slots = reader.take();
    if (slots.count == 0) return notThere(**name, last.sequence, slots.status);
    const std::uint64_t wanted = last.sequence - slots.first + 1;
    reader.commit(static_cast<std::size_t>(std::min<std::uint64_t>(wanted, slots.count)));
  }
  return {};
}

}  // namespace shm_merge
