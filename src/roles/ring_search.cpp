#include "roles/ring_search.hpp"

#include <algorithm>
#include <utility>

#include "os/directory.hpp"
#include "os/segment_path.hpp"
#include "segment/checked_file.hpp"
#include "segment/segment_name.hpp"

namespace sluice::detail {

ConsumerOptions consumerOptions(const FanInOptions& options) {
  return {.name = options.name,
          .startAt = options.startAt,
          .withoutProducer = options.withoutProducer,
          .onDeath = options.onDeath,
          .evictAfter = options.evictAfter,
          .maxBatch = options.maxBatch,
          .directory = options.directory,
          .waitStrategy = options.waitStrategy,
          .memory = options.memory};
}

RingSearch::RingSearch(std::vector<NamePattern> patterns, const FanInOptions& options,
                       const Expectation& expectation, RingFinder& finder)
    : patterns_(std::move(patterns)),
      options_(consumerOptions(options)),
      expectation_(expectation),
      finder_(finder) {
  options_.directory = SegmentPath(options.directory, "").directory;
}

Result<void> RingSearch::lookAtAll() {
  auto names = listNames(options_.directory);
  if (!names) return names.error();
  std::erase_if(*names, [this](const std::string& name) { return !matches(name); });
  std::erase_if(names_, [&names](const auto& known) {
    return !std::binary_search(names->begin(), names->end(), known.first);
  });
  for (const std::string& name : *names)
    look(name, false);
  return {};
}

/// A name is tried again when it means another file, or when the directory has told of a change of
/// a name that was refused.
void RingSearch::look(const std::string& name, bool hasChanged) {
  if (name.starts_with('.') || !matches(name)) return;
  const FileId file = fileIdOf(SegmentPath(options_.directory, name).string().c_str());
  if (file.inode == 0) {
    names_.erase(name);
    return;
  }
  Known& known = names_[name];
  if (known.file != file)
    known = Known{.file = file};
  else if (!hasChanged || !known.refusal)
    return;
  join(name, known);
}

void RingSearch::join(const std::string& name, Known& known) {
  const auto segment = openChecked({options_.directory, name});
  if (!segment) return refuse(name, known, segment.error());
  if (isKnown(segment->header.id)) {
    known.id = segment->header.id;
    return;
  }
  auto attached = ConsumerAttachment::attach(name, options_, expectation_);
  if (!attached) return refuse(name, known, attached.error());
  // The name may mean another segment by now than it did when its file was looked at.
  known.id = attached->segmentId();
  known.refusal.reset();
  joined_.insert(*known.id);
  const bool beginsAtOldest = options_.startAt == StartAt::oldest;
  const LostRecords lost = beginsAtOldest ? attached->notGiven() : attached->lost();
  finder_.found({name, *std::move(attached), lost});
}

/// Told once for a file and a reason.
void RingSearch::refuse(const std::string& name, Known& known, const Error& error) {
  if (error.code == ErrorCode::notFound) {
    names_.erase(name);
    return;
  }
  const bool isTold = known.refusal == error.code && known.refusedField == error.field;
  known.refusal = error.code;
  known.refusedField = error.field;
  if (!isTold) finder_.refused({name, error});
}

bool RingSearch::matches(const std::string& name) const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&name](const NamePattern& pattern) { return pattern.matches(name); });
}

bool RingSearch::isKnown(const SegmentId& id) const {
  if (joined_.contains(id)) return true;
  return std::any_of(names_.begin(), names_.end(),
                     [&id](const auto& known) { return known.second.id == id; });
}

void RingSearch::letGo(const RingLetGo& ring) {
  joined_.erase(ring.id);
  if (ring.then == RingLetGo::Then::remove) toRemove_.push_back(ring);
  if (ring.then != RingLetGo::Then::joinAgain) return;
  const auto known = names_.find(ring.name);
  if (known == names_.end() || known->second.id != ring.id) return;
  names_.erase(known);
  look(ring.name, true);
}

void RingSearch::joinFreed() {
  std::vector<std::string> names;
  for (const auto& [name, known] : names_)
    if (known.awaitsOthers()) names.push_back(name);
  for (const std::string& name : names)
    look(name, true);
}

bool RingSearch::awaitsOthers() const noexcept {
  return !toRemove_.empty() || std::any_of(names_.begin(), names_.end(), [](const auto& known) {
    return known.second.awaitsOthers();
  });
}

void RingSearch::removeUnused() {
  std::erase_if(toRemove_, [this](const RingLetGo& ring) {
    const auto removed = removeName({options_.directory, ring.name}, ring.id);
    if (removed || removed.error().code == ErrorCode::notFound) return true;
    if (removed.error().code == ErrorCode::inUse) return false;
    finder_.refused({ring.name, removed.error()});
    return true;
  });
}

}  // namespace sluice::detail
