#include "segment/segment_name.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "format/end_of_stream.hpp"
#include "format/image.hpp"
#include "format/row_image.hpp"
#include "format/segment_view.hpp"
#include "liveness/keeper.hpp"
#include "os/futex.hpp"
#include "os/printable.hpp"

namespace sluice::detail {
namespace {

// A process keeps the name's lock for a few system calls; if it is stopped in between, the others
// wait for it.
constexpr std::chrono::seconds nameLockPatience{5};
constexpr std::chrono::milliseconds nameLockPause{1};

Result<void> lockName(SegmentFile& file) {
  const auto deadline = std::chrono::steady_clock::now() + nameLockPatience;
  for (;;) {
    const auto locked = file.tryLock(nameByte);
    if (!locked) return locked.error();
    if (*locked) return {};
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) break;
    const std::uint32_t never = 0;
    const FutexExpectation pause{&never, 0};
    sleepOn({&pause, 1}, now + nameLockPause);
  }
  return Error{ErrorCode::inUse, file.path().string(),
               "name",           "another process removing or replacing it for 5 s",
               "nobody at it",   "look for a stopped process with shm-dump, then try again"};
}

/// The name in that row, as far as the file's bytes make sense.
std::string consumerIn(const SegmentFile& file, std::uint32_t row) {
  const auto segment = openChecked(file.path(), Access::readOnly);
  if (!segment || !(segment->file.id() == file.id())) return "";
  const auto image = readRow(segment->file, segment->geometry, row);
  return image ? " '" + printable(image->name) + "'" : "";
}

/// The records that a held consumer has not read are lost with the name.
Result<void> refuseIfHeld(const SegmentFile& file) {
  const auto segment = openChecked(file.path(), Access::readOnly);
  if (!segment || !(segment->file.id() == file.id())) return {};
  const Geometry& geometry = segment->geometry;
  const std::uint64_t producer = geometry.section(SectionId::producer).offset;
  const auto cursor = wordAt(segment->file, producer + offsetof(ProducerPage, cursor));
  const auto claimed = wordAt(segment->file, producer + offsetof(ProducerPage, claimed));
  if (!cursor || !claimed) return {};
  const Sequence end = endOfStream(segment->file, geometry, *cursor, *claimed);
  for (std::uint32_t row = 0; row < geometry.consumerRows; ++row) {
    const auto image = readRow(segment->file, geometry, row);
    if (!image || !image->word.gates() || image->onDeath != OnDeath::hold) continue;
    if (isJoining(image->cursor, image->joinedAt)) continue;  // it died before it held anything
    if (file.lockedByAnother(leaseByte(consumerParticipant(row)))) continue;
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

/// Takes every lease, so that nobody lives in the segment and nobody moves in. The
/// numbers of the leases are the same in every segment, whatever its bytes say.
Result<void> takeEveryLease(SegmentFile& file) {
  for (std::uint32_t participant = 0; participant <= maxConsumerRows; ++participant) {
    const auto taken = file.tryLock(leaseByte(participant));
    if (!taken) return taken.error();
    if (*taken) continue;
    const bool isProducer = participant == producerParticipant;
    return Error{ErrorCode::inUse,
                 file.path().string(),
                 "participants",
                 isProducer ? "a producer that lives"
                            : "consumer" + consumerIn(file, participant - 1) + ", which lives",
                 "nobody",
                 "look who it is with shm-dump, and end it first; or force it (evenIfInUse, shm-rm "
                 "--force): participants that are attached go on without a name"};
  }
  return {};
}

bool isClosed(const CheckedFile& segment) {
  const std::uint64_t page = segment.geometry.section(SectionId::producer).offset;
  const auto bytes = bytesAt(segment.file, page, sizeof(ProducerPage));
  return bytes &&
         numberAt<ProducerState>(*bytes, offsetof(ProducerPage, state)) == ProducerState::closed;
}

Error notClosed(const SegmentPath& path) {
  return {ErrorCode::alreadyExists,
          path.string(),
          "stream",
          "one that was not closed",
          "one that its producer has closed (WhenTaken::replaceClosed)",
          "open it, or choose WhenTaken::replace"};
}

/// By how it begins, so that a damaged segment can be removed too.
Result<void> refuseIfForeign(const SegmentFile& file) {
  const auto start = bytesAt(file, 0, magic.size());
  if (start && std::memcmp(start->data(), magic.data(), magic.size()) == 0) return {};
  return Error{ErrorCode::notASegment,
               file.path().string(),
               "magic",
               std::to_string(file.size()) + " bytes that do not begin as a segment does",
               "a Sluice segment",
               "check the name; this file belongs to another program, or is damaged from its first "
               "byte on: to remove it all the same, force it (evenIfForeign, shm-rm --force)"};
}

}  // namespace

Result<CheckedFile> openChecked(const SegmentPath& path, Access access) {
  auto file = SegmentFile::open(path, access);
  if (!file) return file.error();
  std::array<std::byte, sizeof(Header)> bytes{};
  const auto read = file->read(0, bytes);
  if (!read) return read.error();
  const auto geometry = checkHeader(path.string(), std::span(bytes).first(*read), file->size());
  if (!geometry) return geometry.error();
  CheckedFile segment{std::move(*file), {}, *geometry};
  std::memcpy(&segment.header, bytes.data(), sizeof(Header));
  return segment;
}

ProcessIdentity producerOf(const CheckedFile& segment) {
  const std::uint64_t page = segment.geometry.section(SectionId::producer).offset;
  const auto bytes = bytesAt(segment.file, page, sizeof(ProducerPage));
  return bytes ? identityAt(*bytes, offsetof(ProducerPage, identity)) : ProcessIdentity{};
}

Result<void> removeName(const SegmentPath& path, const RemoveOptions& options) try {
  if (auto named = checkFileName(path); !named) return named;
  Result<void> result;
  Keeper::ofThisProcess().run([&] {
    auto file = SegmentFile::open(path, Access::readWrite);
    if (!file) {
      result = file.error();
      return;
    }
    if (!options.evenIfForeign && !(result = refuseIfForeign(*file))) return;
    if (result = lockName(*file); !result) return;
    // In this order, as a held consumer may die just before its lease is taken.
    if (!options.evenIfInUse && !(result = takeEveryLease(*file))) return;
    if (!options.evenIfHeld && !(result = refuseIfHeld(*file))) return;
    const auto removed = file->unlinkIfSame();
    if (!removed) result = removed.error();
  });
  return result;
} catch (const Exception& exception) {
  return exception.error();
}

bool isClosed(const SegmentPath& path) {
  const auto segment = openChecked(path, Access::readOnly);
  return segment && isClosed(*segment);
}

Result<void> replaceSegment(SegmentFile& replacement, WhenTaken whenTaken) {
  auto old = openChecked(replacement.path(), Access::readWrite);
  if (!old) {
    if (old.error().code == ErrorCode::notFound) return replacement.link();
    return old.error();
  }
  if (auto locked = lockName(old->file); !locked) return locked.error();
  const bool isClosedOnly = whenTaken == WhenTaken::replaceClosed;
  if (isClosedOnly && !isClosed(*old)) return notClosed(replacement.path());
  const auto free = old->file.tryLock(leaseByte(producerParticipant));
  if (!free) return free.error();
  if (!*free) {
    return Error{ErrorCode::inUse, replacement.path().string(),
                 "producer",       describe(producerOf(*old)) + ", which lives",
                 "none",           "end it first, or choose another name"};
  }
  if (isClosedOnly) {
    if (auto unheld = refuseIfHeld(old->file); !unheld) return unheld;
  }
  // First, because a participant that is attached can learn it from nobody once the name is gone.
  const auto closed = static_cast<std::uint32_t>(ProducerState::closed);
  const std::uint64_t page = old->geometry.section(SectionId::producer).offset;
  const auto written =
      old->file.write(page + offsetof(ProducerPage, state), std::as_bytes(std::span(&closed, 1)));
  if (!written) return written.error();
  const auto removed = old->file.unlinkIfSame();
  if (!removed) return removed.error();
  return replacement.link();
}

}  // namespace sluice::detail
