// A file may hold any bytes at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "inspect/field_value.hpp"
#include "inspect/image_file.hpp"
#include "inspect/slot_reader.hpp"

namespace sluice::inspect {
namespace {

using testing::atOnce;
using testing::faultsOf;
using ::testing::HasSubstr;
using testing::ImageFile;
using testing::SegmentImage;

/// Looks at everything that a dump shows.
Snapshot lookAtEverything(const detail::SegmentPath& path) {
  const auto file = detail::SegmentFile::open(path).value();
  Snapshot snapshot = look(file, atOnce);
  if (!snapshot.geometry || !snapshot.producer) return snapshot;
  const SlotReader reader(file, *snapshot.geometry);
  const Sequence published = snapshot.producer->stream.published;
  for (std::uint64_t back = 0; back < 20; ++back) {
    const SlotFacts slot = reader.read(published - back);
    for (const SchemaField& field : snapshot.fields)
      valuesOf(field, slot.record);
  }
  return snapshot;
}

TEST(HostileFile, CutAnywhereItIsFoundToBeCut) {
  ImageFile file;
  file.image.publish(20);
  file.image.join(1, "risk", 15);
  const std::size_t whole = file.image.bytes().size();
  std::vector<std::size_t> sizes{0, 1, 7, 8, 335, 4095, 4097, 5000, whole - 1};
  for (std::size_t size = 4096; size < whole; size += 4096)
    sizes.push_back(size);
  for (const std::size_t size : sizes) {
    file.image.save(file.path(), size);
    const Snapshot snapshot = lookAtEverything(file.segmentPath());
    EXPECT_THAT(faultsOf(snapshot), HasSubstr("file size: found")) << size;
    EXPECT_EQ(snapshot.fileSize, size);
    EXPECT_EQ(snapshot.header.has_value(), size >= sizeof(detail::Header)) << size;
  }
}

TEST(HostileFile, ACutFileStillShowsWhatIsBeforeTheCut) {
  ImageFile file;
  file.image.publish(20);
  const std::uint64_t ring = file.image.geometry().section(detail::SectionId::ring).offset;
  file.image.save(file.path(), static_cast<std::size_t>(ring));
  const Snapshot snapshot = lookAtEverything(file.segmentPath());
  ASSERT_TRUE(snapshot.producer);
  EXPECT_EQ(snapshot.producer->stream.cursor, 19U);
}

TEST(HostileFile, ALongerFileIsFoundToBeLonger) {
  ImageFile file;
  file.save();
  std::ofstream(file.path(), std::ios::app | std::ios::binary) << "more";
  EXPECT_THAT(faultsOf(lookAtEverything(file.segmentPath())), HasSubstr("file size: found"));
}

TEST(HostileFile, AForeignFileIsSaidToBelongToAnotherProgram) {
  const ImageFile file;
  std::ofstream(file.path()) << std::string(10'000, 'x');
  const Snapshot snapshot = lookAtEverything(file.segmentPath());
  EXPECT_FALSE(snapshot.header);
  EXPECT_FALSE(snapshot.geometry);
  EXPECT_THAT(faultsOf(snapshot), HasSubstr("magic: found"));
  EXPECT_THAT(faultsOf(snapshot), HasSubstr("another program"));
}

TEST(HostileFile, HolesAreNotFollowedAroundALargeRing) {
  detail::Choices choices = testing::quoteChoices();
  choices.capacity = maxCapacity<Sequence>;
  const detail::Geometry large = detail::geometryOf("image", choices).value();
  ImageFile file;
  file.image.header() = detail::makeHeader(large, choices.record, detail::currentProcess(),
                                           detail::currentBoot(), {1});
  // To these numbers the zeros of a hole look like stamps of a later lap.
  constexpr Sequence cursor = (Sequence{1} << 63) + 5;
  file.image.producer().cursor.sequence.store(cursor, std::memory_order_relaxed);
  for (detail::Cursor* other : {&file.image.producer().claimed, &file.image.producer().limit})
    other->sequence.store(cursor + choices.capacity, std::memory_order_relaxed);
  file.save();
  std::filesystem::resize_file(file.path(), large.segmentSize);
  const Snapshot snapshot = lookAtEverything(file.segmentPath());
  ASSERT_TRUE(snapshot.producer);
  EXPECT_EQ(snapshot.producer->stream.published, cursor);
}

TEST(HostileFile, TenThousandRandomCorruptionsAreSurvived) {
  std::mt19937_64 random(7);
  for (const auto slotLayout : {SlotLayout::stamped, SlotLayout::packed}) {
    ImageFile file(testing::quoteChoices(slotLayout));
    file.image.publish(40);
    file.image.join(0, "journal", 39);
    file.image.join(1, "risk", 30);
    const std::vector<std::byte> good(file.image.bytes().begin(), file.image.bytes().end());
    file.save();
    int faulty = 0;
    for (int i = 0; i < 5000; ++i) {
      std::fstream out(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      std::vector<std::size_t> changed;
      for (std::uint64_t c = 0; c <= random() % 8; ++c) {
        // Headers and pages are looked at more closely than the rest.
        const std::size_t page = random() % (good.size() / 4096) * 4096;
        const std::size_t place = page + random() % (random() % 2 == 0 ? 512 : 4096);
        out.seekp(static_cast<std::streamoff>(place));
        out.put(static_cast<char>(random()));
        changed.push_back(place);
      }
      out.flush();
      if (!lookAtEverything(file.segmentPath()).healthy()) ++faulty;
      for (const std::size_t place : changed) {
        out.seekp(static_cast<std::streamoff>(place));
        out.put(static_cast<char>(good[place]));
      }
    }
    EXPECT_GT(faulty, 2500);
  }
}

TEST(HostileFile, NumbersAtTheEdgesAreSurvivedEverywhere) {
  ImageFile file;
  file.image.publish(40);
  file.image.join(1, "risk", 30);
  const std::vector<std::byte> good(file.image.bytes().begin(), file.image.bytes().end());
  const std::uint64_t ring = file.image.geometry().section(detail::SectionId::ring).offset;
  for (std::uint64_t page = 0; page <= ring; page += 4096) {
    for (std::uint64_t place = page; place < page + 448; place += 8) {
      for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1} << 63, ~std::uint64_t{0},
                                        ~std::uint64_t{0} - 1, std::uint64_t{1} << 32}) {
        std::memcpy(file.image.bytes().data() + place, &value, sizeof value);
        file.save();
        lookAtEverything(file.segmentPath());
      }
      std::memcpy(file.image.bytes().data() + place, good.data() + place, 8);
    }
  }
}

}  // namespace
}  // namespace sluice::inspect
