#include "segment/segment_name.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "format/end_of_stream.hpp"
#include "format/image.hpp"
#include "format/row_image.hpp"
#include "format/segment_list.hpp"
#include "format/segment_view.hpp"
#include "liveness/lease.hpp"
#include "os/printable.hpp"
#include "segment/checked_file.hpp"
#include "segment/leftovers.hpp"
#include "segment/name_lease.hpp"

namespace sluice::detail {
namespace {

/// The name in that row, as far as the file's bytes make sense.
std::string consumerIn(const SegmentFile& file, std::uint32_t row) {
  const auto segment = readHeader(file);
  if (!segment) return "";
  const auto image = readRow(file, segment->geometry, row);
  return image ? " '" + printable(image->name) + "'" : "";
}

/// Takes every lease, so that nobody lives in the segment and nobody moves in. Their numbers are
/// the same in every segment, whatever its bytes say.
Result<Lease> takeEveryLease(const SegmentFile& file, const LeaseFile& leases) {
  auto taken = Lease::tryTake(leases, leaseByte(0), 1 + maxConsumerRows);
  if (!taken) return taken.error();
  if (*taken) return **std::move(taken);
  std::uint32_t holder = 0;
  while (holder < maxConsumerRows && !leases.isHeld(leaseByte(holder)).value_or(true))
    ++holder;
  return Error{ErrorCode::inUse,
               file.path().string(),
               "participants",
               holder == producerParticipant
                   ? "a producer that lives"
                   : "consumer" + consumerIn(file, holder - 1) + ", which lives",
               "nobody",
               "look who it is with shm-dump, and end it first; or force it (evenIfInUse, shm-rm "
               "--force): participants that are attached go on without a name"};
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
  const auto segment = readHeader(file);
  return segment ? refuseIfHeld(file, segment->geometry, living) : Result<void>{};
}

/// Removes the name of a segment in which nobody lives, and its lease file after it.
Result<void> removeUnused(SegmentFile& file, const LeaseFile& leases,
                          const RemoveOptions& options) {
  const auto name = takeName(file.path(), leases, NameUse::change);
  if (!name) return name.error();
  // In this order, as a held consumer may die just before its lease is taken.
  const auto all = takeEveryLease(file, leases);
  if (!all) return all.error();
  if (auto unread = refuseUnlessTold(file, nullptr, options); !unread) return unread;
  if (auto removed = file.unlink(); !removed) return removed;
  leases.remove();
  return {};
}

/// A removal by force goes on without the name: neither a process that is stopped while it has it,
/// nor a limit on threads, may keep anybody from that.
Lease nameIfFree(const SegmentFile& file, const LeaseFile& leases) try {
  auto name = takeName(file.path(), leases, NameUse::change);
  return name ? *std::move(name) : Lease();
} catch (const Exception&) {
  return {};
}

/// With its participants in it.
Result<void> removeInUse(SegmentFile& file, const LeaseFile& leases, const RemoveOptions& options) {
  const Lease name = nameIfFree(file, leases);
  if (auto unread = refuseUnlessTold(file, &leases, options); !unread) return unread;
  if (auto removed = file.unlink(); !removed) return removed;
  leases.remove();
  return {};
}

/// Of which nobody can tell whether it has participants.
Result<void> removeUnknown(SegmentFile& file, const RemoveOptions& options) {
  if (auto unread = refuseUnlessTold(file, nullptr, options); !unread) return unread;
  return file.unlink();
}

/// Why nobody can tell whether it has participants. A segment of an older format never had a lease
/// file.
Error withoutLeases(const SegmentFile& file, const Error& missing) {
  const auto segment = readHeader(file);
  if (segment) return missing;
  Error error = segment.error();
  error.advice =
      "nobody can tell who lives in it: end its participants, then force it (evenIfInUse, shm-rm "
      "--force)";
  return error;
}

}  // namespace

Result<void> refuseIfHeld(const SegmentFile& file, const Geometry& geometry,
                          const LeaseFile* living) {
  const std::uint64_t producer = geometry.section(SectionId::producer).offset;
  const auto cursor = wordAt(file, producer + offsetof(ProducerPage, cursor));
  const auto claimed = wordAt(file, producer + offsetof(ProducerPage, claimed));
  if (!cursor || !claimed) return {};
  const Sequence end = endOfStream(file, geometry, *cursor, *claimed);
  for (std::uint32_t row = 0; row < geometry.consumerRows; ++row) {
    const auto image = readRow(file, geometry, row);
    if (!image || !image->word.gates() || image->onDeath != OnDeath::hold) continue;
    if (isJoining(image->cursor, image->joinedAt)) continue;  // it died before it held anything
    const std::uint64_t lease = leaseByte(consumerParticipant(row));
    if (living != nullptr && living->isHeld(lease).value_or(true)) continue;
    const auto behind = distance(image->cursor, end);
    if (behind <= 0) continue;
    return Error{ErrorCode::inUse,
                 file.path().string(),
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
  const bool isKnown = beginsAsSegment(*file);
  if (!isKnown && !options.evenIfForeign) return foreign(*file);
  const auto leases = openLeases(*file, idIn(*file));
  removeLeftovers(path.directory);
  if (leases)
    return options.evenIfInUse ? removeInUse(*file, *leases, options)
                               : removeUnused(*file, *leases, options);
  // Nobody could live in a file so short: the first touch of its pages would have been the last.
  const bool hasRoom = file->size() >= sizeof(Header);
  if (isKnown && hasRoom && !options.evenIfInUse) return withoutLeases(*file, leases.error());
  return removeUnknown(*file, options);
} catch (const Exception& exception) {
  return exception.error();
}

Result<void> removeName(const SegmentPath& path, const SegmentId& id) try {
  auto file = SegmentFile::open(path);
  if (!file) return file.error();
  if (idIn(*file) != id) return goneMeanwhile(path);
  const auto leases = openLeases(*file, id);
  if (!leases) return leases.error();
  return removeUnused(*file, *leases, {});
} catch (const Exception& exception) {
  return exception.error();
}

}  // namespace sluice::detail
