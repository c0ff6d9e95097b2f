#include "sluice/liveness/segment_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "sluice/layout/consumer_page.hpp"
#include "sluice/layout/producer_page.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/platform/keeper.hpp"

namespace sluice {
namespace {

// Holders keep the name's lock for a few system calls; one that is stopped in between is waited
// for.
constexpr std::chrono::seconds nameLockPatience{5};
constexpr std::chrono::milliseconds nameLockPause{1};

Result<void> lockName(platform::SegmentFile& file) {
  const auto deadline = std::chrono::steady_clock::now() + nameLockPatience;
  for (;;) {
    const auto locked = file.tryLock(layout::nameByte);
    if (!locked) return locked.error();
    if (*locked) return {};
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) break;
    const std::uint32_t never = 0;
    const platform::FutexExpectation pause{&never, 0};
    platform::sleepOn({&pause, 1}, now + nameLockPause);
  }
  return Error{ErrorCode::inUse, file.path().string(),
               "name",           "another process removing or replacing it for 5 s",
               "nobody at it",   "look for a stopped process with shm-dump, then try again"};
}

template <class Word>
Word readWord(const platform::SegmentFile& file, std::uint64_t offset) {
  std::array<std::byte, sizeof(Word)> bytes{};
  Word word{};
  const auto read = file.read(offset, bytes);
  if (read && *read == sizeof(Word)) std::memcpy(&word, bytes.data(), sizeof(Word));
  return word;
}

/// The name in that row, as far as the file's bytes make sense.
std::string consumerIn(const platform::SegmentFile& file, std::uint32_t row) {
  const auto segment = openChecked(file.path(), platform::Access::readOnly);
  if (!segment || !(segment->file.id() == file.id())) return "";
  const std::uint64_t pages = segment->geometry.section(layout::SectionId::consumers).offset;
  std::array<char, sizeof(layout::ConsumerPage::name)> name{};
  const std::uint64_t at =
      pages + row * sizeof(layout::ConsumerPage) + offsetof(layout::ConsumerPage, name);
  if (!segment->file.read(at, std::as_writable_bytes(std::span(name)))) return "";
  std::string text(name.data(), strnlen(name.data(), name.size()));
  const auto isUnsafe = [](char c) { return c < ' ' || c > '~'; };
  std::replace_if(text.begin(), text.end(), isUnsafe, '?');
  return " '" + text + "'";
}

/// Takes the lease of every place, so that nobody lives in the segment and nobody moves in. The
/// numbers of the leases are the same in every segment, whatever its bytes say.
Result<void> takeEveryPlace(platform::SegmentFile& file) {
  for (std::uint32_t participant = 0; participant <= layout::maxConsumerRows; ++participant) {
    const auto taken = file.tryLock(layout::leaseByte(participant));
    if (!taken) return taken.error();
    if (*taken) continue;
    const bool isProducer = participant == layout::producerParticipant;
    return Error{ErrorCode::inUse,
                 file.path().string(),
                 "participants",
                 isProducer ? "a producer that lives"
                            : "consumer" + consumerIn(file, participant - 1) + ", which lives",
                 "nobody",
                 "look who it is with shm-dump, and end it first; or force it: who is attached "
                 "goes on without a name"};
  }
  return {};
}

}  // namespace

Result<CheckedFile> openChecked(const platform::SegmentPath& path, platform::Access access) {
  auto file = platform::SegmentFile::open(path, access);
  if (!file) return file.error();
  std::array<std::byte, sizeof(layout::Header)> bytes{};
  const auto read = file->read(0, bytes);
  if (!read) return read.error();
  const auto geometry =
      layout::checkHeader(path.string(), std::span(bytes).first(*read), file->size());
  if (!geometry) return geometry.error();
  CheckedFile segment{std::move(*file), {}, *geometry};
  std::memcpy(&segment.header, bytes.data(), sizeof(layout::Header));
  return segment;
}

platform::ProcessIdentity producerOf(const CheckedFile& segment) {
  const std::uint64_t page = segment.geometry.section(layout::SectionId::producer).offset;
  const std::uint64_t at = page + offsetof(layout::ProducerPage, identity);
  using Identity = layout::SharedIdentity;
  return {readWord<std::uint64_t>(segment.file, at + offsetof(Identity, pid)),
          readWord<std::uint64_t>(segment.file, at + offsetof(Identity, startTime)),
          readWord<std::uint64_t>(segment.file, at + offsetof(Identity, pidNamespace))};
}

Result<void> removeSegment(const platform::SegmentPath& path, RemoveWhen when) try {
  if (auto named = platform::checkName(path); !named) return named;
  Result<void> result;
  platform::Keeper::ofThisProcess().run([&] {
    auto file = platform::SegmentFile::open(path, platform::Access::readWrite);
    if (!file) {
      result = file.error();
      return;
    }
    if (result = lockName(*file); !result) return;
    if (when == RemoveWhen::unused && !(result = takeEveryPlace(*file))) return;
    const auto removed = file->unlinkIfSame();
    if (!removed) result = removed.error();
  });
  return result;
} catch (const Exception& exception) {
  return exception.error();
}

bool isNameChanging(const platform::SegmentFile& file) {
  return file.lockedByAnother(layout::nameByte);
}

Result<void> replaceSegment(platform::SegmentFile& replacement) {
  auto old = openChecked(replacement.path(), platform::Access::readWrite);
  if (!old) {
    if (old.error().code == ErrorCode::notFound) return replacement.link();
    return old.error();
  }
  if (auto locked = lockName(old->file); !locked) return locked.error();
  const auto free = old->file.tryLock(layout::leaseByte(layout::producerParticipant));
  if (!free) return free.error();
  if (!*free) {
    return Error{ErrorCode::inUse, replacement.path().string(),
                 "producer",       platform::describe(producerOf(*old)) + ", which lives",
                 "none",           "end it first, or choose another name"};
  }
  // First, because whoever is attached can learn it from nobody once the name is gone.
  const auto closed = static_cast<std::uint32_t>(layout::ProducerState::closed);
  const std::uint64_t page = old->geometry.section(layout::SectionId::producer).offset;
  const auto written = old->file.write(page + offsetof(layout::ProducerPage, state),
                                       std::as_bytes(std::span(&closed, 1)));
  if (!written) return written.error();
  const auto removed = old->file.unlinkIfSame();
  if (!removed) return removed.error();
  return replacement.link();
}

}  // namespace sluice
