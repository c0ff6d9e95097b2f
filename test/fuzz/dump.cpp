// What shm-dump does with a file that holds any bytes: it says something, and never crashes.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <span>
#include <string>

#include "damaged_image.hpp"
#include "input_reader.hpp"
#include "inspect/look.hpp"
#include "inspect/slot_reader.hpp"
#include "json.hpp"
#include "require.hpp"
#include "slot_text.hpp"
#include "support/scratch_directory.hpp"
#include "text.hpp"

namespace sluice::fuzz {
namespace {

constexpr inspect::LookOptions atOnce{std::chrono::milliseconds(0)};

void dumpSlots(const detail::SegmentFile& file, const inspect::Snapshot& snapshot, Sequence first,
               std::uint64_t count) {
  const inspect::SlotReader reader(file, *snapshot.geometry);
  const shm_dump::RecordView view{.fields = snapshot.fields, .cut = 1 + first % 64};
  for (std::uint64_t i = 0; i < count; ++i) {
    const inspect::SlotFacts slot = reader.read(first + i);
    require(!shm_dump::inText(slot, view).empty(), "a slot has a text");
    const std::string json = document::written(shm_dump::inJson(slot, view));
    require(document::Json::accept(json), "a slot's JSON is JSON");
  }
}

void dump(const detail::SegmentPath& path, Sequence asked) {
  const auto file = inspect::openToLook(path).value();
  const inspect::Snapshot snapshot = inspect::look(file, atOnce);
  require(!shm_dump::inText(snapshot).empty(), "a segment has a text");
  require(document::Json::accept(document::written(document::inJson(snapshot))),
          "a segment's JSON is JSON");
  require(snapshot.geometry || !snapshot.healthy(), "what is no segment is not healthy");
  if (!snapshot.producer) return;
  const std::uint64_t count = std::min<std::uint64_t>(snapshot.geometry->capacity, 20);
  dumpSlots(file, snapshot, snapshot.producer->stream.published + 1 - count, count);
  dumpSlots(file, snapshot, asked, 2);
}

void list(const std::string& directory) {
  const auto snapshots = inspect::lookAtAll(directory, atOnce).value();
  require(!shm_dump::listInText(snapshots).empty(), "a list has a text");
  require(document::Json::accept(document::written(shm_dump::listInJson(snapshots))),
          "a list's JSON is JSON");
}

void write(const detail::SegmentPath& path, std::span<const std::byte> bytes) {
  std::ofstream out(path.string(), std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  static const testing::ScratchDirectory directory;
  const detail::SegmentPath path{directory.path(), "fuzzed"};
  fuzz::InputReader input(data, size);
  if (size != 0 && data[0] == 0xff) {
    fuzz::write(path, input.rest());
    fuzz::dump(path, 0);
  } else {
    fuzz::DamagedImage damaged(input);
    for (const fuzz::Patch& patch : damaged.later)
      patch.apply(damaged.image.bytes());
    fuzz::write(path, damaged.image.bytes().first(damaged.fileSize));
    fuzz::dump(path, damaged.choice);
  }
  fuzz::list(directory.path());
  return 0;
}
