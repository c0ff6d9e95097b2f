// Participants on a damaged segment: each call says what is wrong or works, and comes back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

#include "damaged_image.hpp"
#include "input_reader.hpp"
#include "message_roles.hpp"
#include "os/segment_file.hpp"
#include "participants.hpp"
#include "record_roles.hpp"
#include "require.hpp"
#include "sluice/sluice.hpp"
#include "support/scratch_directory.hpp"

namespace sluice::fuzz {
namespace {

/// A page of the segment as it is now, damaged and written back.
void damage(const detail::SegmentPath& path, const Patch& patch) {
  const auto size = static_cast<std::size_t>(std::filesystem::file_size(path.string()));
  std::fstream file(path.string(), std::ios::in | std::ios::out | std::ios::binary);
  std::vector<char> bytes(size);
  if (size < patch.offset + patch.width) return;
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  patch.apply(std::as_writable_bytes(std::span(bytes)));
  file.seekp(static_cast<std::streamoff>(patch.offset));
  file.write(bytes.data() + patch.offset, static_cast<std::streamsize>(patch.width));
}

template <class Roles>
void run(const detail::SegmentPath& path, const DamagedImage& damaged) {
  Participants<Roles> participants(path, Cast::of(damaged.choice));
  participants.act();
  for (const Patch& patch : damaged.later) {
    damage(path, patch);
    participants.act();
  }
  participants.close();
  participants.act();
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  static const testing::ScratchDirectory directory;
  const detail::SegmentPath path{directory.path(), "fuzzed"};
  constexpr std::size_t most = 400;
  fuzz::InputReader input(data, std::min(size, most));
  fuzz::DamagedImage damaged(input);
  damaged.image.save(path.string(), damaged.fileSize);
  if (damaged.isOfMessages())
    fuzz::run<fuzz::MessageRoles>(path, damaged);
  else if (damaged.image.geometry().slotLayout == SlotLayout::stamped)
    fuzz::run<fuzz::RecordRoles<stamped>>(path, damaged);
  else
    fuzz::run<fuzz::RecordRoles<packed>>(path, damaged);
  fuzz::require(detail::removeFile(path).has_value(), "the file is still there");
  return 0;
}
