#include "segment/segment_name.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "format/end_of_stream.hpp"
#include "format/image.hpp"
#include "format/row_image.hpp"
#include "format/segment_view.hpp"
#include "liveness/lease.hpp"
#include "os/printable.hpp"
#include "segment/leftovers.hpp"
#include "segment/name_lease.hpp"

namespace sluice::detail {
namespace {

/// The name in that row, as far as the file's bytes make sense.
std::string consumerIn(const SegmentPath& path, std::uint32_t row) {
  const auto segment = openChecked(path);
  if (!segment) return "";
  const auto image = readRow(segment->file, segment->geometry, row);
  return image ? " '" + printable(image->name) + "'" : "";
}

/// Takes every lease, so that nobody lives in the segment and nobody moves in. Their numbers are
/// the same in every segment, whatever its bytes say.
Result<Lease> takeEveryLease(const SegmentPath& path, const LeaseFile& leases) {
  auto taken = Lease::tryTake(leases, leaseByte(0), 1 + maxConsumerRows);
  if (!taken) return taken.error();
  if (*taken) return **std::move(taken);
  std::uint32_t holder = 0;
  while (holder < maxConsumerRows && !leases.isHeld(leaseByte(holder)).value_or(true))
    ++holder;
  return Error{ErrorCode::inUse,
               path.string(),
               "participants",
               holder == producerParticipant
                   ? "a producer that lives"
                   : "consumer" + consumerIn(path, holder - 1) + ", which lives",
               "nobody",
               "look who it is with shm-dump, and end it first; or force it (evenIfInUse, shm-rm "
               "--force): participants that are attached go on without a name"};
}

/// By how it begins, so that a damaged segment can be removed too.
bool isForeign(const SegmentFile& file) {
  const auto start = bytesAt(file, 0, magic.size());
  return !start || std::memcmp(start->data(), magic.data(), magic.size()) != 0;
}

Error foreign(const SegmentFile& file) {
  return {ErrorCode::notASegment,
          file.path().string(),
          "magic",
          std::to_string(file.size()) + " bytes that do not begin as a segment does",
          "a Sluice segment",
          "check the name; this file belongs to another program, or is damaged from its first "
          "byte on: to remove it all the same, force it (evenIfForeign, shm-rm --force)"};
}

Result<void> refuseUnlessTold(const SegmentFile& file, const LeaseFile* living,
                              const RemoveOptions& options) {
  if (options.evenIfHeld) return {};
  const auto segment = openChecked(file.path());
  const bool isSame = segment && segment->file.id() == file.id();
  return isSame ? refuseIfHeld(*segment, living) : Result<void>{};
}

/// Removes the name of a segment in which nobody lives, and its lease file after it.
Result<void> removeUnused(SegmentFile& file, const LeaseFile& leases,
                          const RemoveOptions& options) {
  const auto name = takeName(file.path(), leases, NameUse::change);
  if (!name) return name.error();
  // In this order, as a held consumer may die just before its lease is taken.
  const auto all = takeEveryLease(file.path(), leases);
  if (!all) return all.error();
  if (auto unread = refuseUnlessTold(file, nullptr, options); !unread) return unread;
  const auto removed = file.unlinkIfSame();
  if (!removed) return removed.error();
  leases.remove();
  return {};
}

/// With its participants in it, or of which nobody can tell whether it has any.
Result<void> removeInUse(SegmentFile& file, const Result<LeaseFile>& leases,
                         const RemoveOptions& options) {
  const LeaseFile* const living = leases ? &*leases : nullptr;
  if (auto unread = refuseUnlessTold(file, living, options); !unread) return unread;
  const auto removed = file.unlinkIfSame();
  if (!removed) return removed.error();
  if (leases) leases->remove();
  return {};
}

}  // namespace

Result<void> refuseIfHeld(const CheckedFile& segment, const LeaseFile* living) {
  const Geometry& geometry = segment.geometry;
  const std::uint64_t producer = geometry.section(SectionId::producer).offset;
  const auto cursor = wordAt(segment.file, producer + offsetof(ProducerPage, cursor));
  const auto claimed = wordAt(segment.file, producer + offsetof(ProducerPage, claimed));
  if (!cursor || !claimed) return {};
  const Sequence end = endOfStream(segment.file, geometry, *cursor, *claimed);
  for (std::uint32_t row = 0; row < geometry.consumerRows; ++row) {
    const auto image = readRow(segment.file, geometry, row);
    if (!image || !image->word.gates() || image->onDeath != OnDeath::hold) continue;
    if (isJoining(image->cursor, image->joinedAt)) continue;  // it died before it held anything
    const std::uint64_t lease = leaseByte(consumerParticipant(row));
    if (living != nullptr && living->isHeld(lease).value_or(true)) continue;
    const auto behind = distance(image->cursor, end);
    if (behind <= 0) continue;
    return Error{ErrorCode::inUse,
                 segment.file.path().string(),
                 "consumer '" + printable(image->name) + "'",
                 "held for a successor, and " + std::to_string(behind) + " records behind",
                 "nobody who has records to read",
                 "let a consumer of that name read them, give its row up (shm-rm NAME --consumer "
                 "X), or remove the segment all the same (evenIfHeld, shm-rm --force)"};
  }
  return {};
}

Result<void> removeName(const SegmentPath& path, const RemoveOptions& options) try {
  if (auto named = checkFileName(path); !named) return named;
  auto file = SegmentFile::open(path);
  if (!file) return file.error();
  if (isForeign(*file)) {
    if (options.evenIfForeign) return removeFile(path);
    return foreign(*file);
  }
  const auto leases = LeaseFile::open(path, idIn(*file));
  removeLeftovers(path.directory);
  if (options.evenIfInUse) return removeInUse(*file, leases, options);
  if (leases) return removeUnused(*file, *leases, options);
  // Nobody could live in it: the first touch of its pages would have been the last.
  if (file->size() < sizeof(Header)) return removeInUse(*file, leases, options);
  // Another process may have removed the segment between the two.
  if (!file->isNamed()) return SegmentFile::open(path).error();
  return leases.error();
} catch (const Exception& exception) {
  return exception.error();
}

}  // namespace sluice::detail
