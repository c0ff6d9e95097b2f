// Any bytes as a header: refused with a reason, or a geometry in which nothing lies outside.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "format/consumer_page.hpp"
#include "format/geometry.hpp"
#include "format/shared_words.hpp"
#include "input_reader.hpp"
#include "require.hpp"
#include "sluice/detail/slot.hpp"
#include "support/segment_image.hpp"

namespace sluice::fuzz {
namespace {

using detail::SectionId;

bool holds(const detail::Geometry& geometry, SectionId id, std::uint64_t count,
           std::uint64_t size) {
  return geometry.section(id).size / size >= count;
}

void requireThatNothingLiesOutside(const detail::Geometry& geometry, std::uint64_t fileSize) {
  require(geometry.segmentSize == fileSize, "the file is as long as the segment");
  require(fileSize <= detail::maxSegmentSize, "the segment is not too large");
  std::uint64_t end = 0;
  for (const detail::Section& section : geometry.sections) {
    require(section.offset == end, "a section begins where the one before ends");
    require(section.offset % detail::sectionAlignment == 0, "a section begins on a page");
    require(section.size != 0, "a section is not empty");
    require(section.size <= fileSize - section.offset, "a section lies inside the file");
    end = section.offset + section.size;
  }
  require(end == fileSize, "the sections cover the file");
  require(isCapacity<Sequence>(geometry.capacity), "the capacity is one");
  require(geometry.consumerRows >= 1 && geometry.consumerRows <= maxConsumerRows,
          "there are rows, and not too many");
  require(std::has_single_bit(geometry.recordAlignment), "the alignment is a power of two");
  require(
      detail::recordOffset(geometry.slotLayout, geometry.recordAlignment) + geometry.recordSize <=
          geometry.stride,
      "a record lies inside its slot");
  require(holds(geometry, SectionId::ring, geometry.capacity, geometry.stride),
          "the slots lie inside the ring");
  const bool isOfMessages = geometry.slotLayout == SlotLayout::messages;
  require(isOfMessages ? std::has_single_bit(geometry.payloadSize) : geometry.payloadSize == 0,
          "messages have a payload region, and records have none");
  require(geometry.section(SectionId::ring).size - geometry.payloadSize >=
              geometry.capacity * geometry.stride,
          "the payload region lies behind the slots");
  require(
      holds(geometry, SectionId::consumers, geometry.consumerRows, sizeof(detail::ConsumerPage)),
      "the rows lie inside their section");
  require(holds(geometry, SectionId::doorbells, 2 + geometry.consumerRows,
                sizeof(detail::DoorbellLine)),
          "the doorbells lie inside their section");
  require(holds(geometry, SectionId::lifelines, 1 + geometry.consumerRows,
                sizeof(detail::LifelineWord)),
          "the lifelines lie inside their section");
  require(geometry.section(SectionId::doorbells).offset ==
              geometry.section(SectionId::producer).offset + sizeof(detail::ProducerPage),
          "the doorbells follow the producer's page");
}

void check(std::span<const std::byte> bytes, std::uint64_t fileSize) {
  const auto geometry = detail::checkHeader("fuzzed", bytes, fileSize);
  if (!geometry) {
    require(!geometry.error().message().empty(), "an error says something");
    return;
  }
  requireThatNothingLiesOutside(*geometry, fileSize);
  detail::Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  require(header.fieldCount <= detail::maxFields, "there are not too many fields");
  const auto same = testing::quoteChoices().record;
  const auto record = detail::checkExpectation("fuzzed", header, {same, geometry->slotLayout});
  require(
      !record || (same.size == geometry->recordSize && same.alignment == geometry->recordAlignment),
      "only a record of the same shape is accepted");
}

/// The start of the header as it is in the input, the rest of it, which is all reserved, as zeros.
std::vector<std::byte> headerOf(std::span<const std::byte> start) {
  std::vector<std::byte> bytes(start.begin(), start.end());
  bytes.resize(std::max(bytes.size(), sizeof(detail::Header)));
  return bytes;
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  fuzz::InputReader input(data, size);
  const auto fileSize = input.take<std::uint64_t>();
  fuzz::check(input.rest(), fileSize);
  const auto bytes = fuzz::headerOf(input.rest());
  fuzz::check(bytes, fileSize);
  detail::Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  fuzz::check(bytes, header.segmentSize);
  return 0;
}
