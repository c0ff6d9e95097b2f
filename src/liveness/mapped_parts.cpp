#include "mapped_parts.hpp"

#include <cstddef>

#include "sluice/layout/consumer_page.hpp"

namespace sluice {

using layout::SectionId;
using platform::Access;
using platform::MappedPart;

std::uint64_t startOf(const layout::Geometry& geometry, SectionId id) {
  return geometry.section(id).offset;
}

std::vector<MappedPart> producerParts(const layout::Geometry& geometry) {
  const std::uint64_t writable = startOf(geometry, SectionId::producer);
  const std::uint64_t ring = startOf(geometry, SectionId::ring);
  return {{0, writable, Access::readOnly},
          {writable, ring - writable, Access::readWrite},
          {ring, geometry.segmentSize - ring, Access::readWrite, false}};
}

std::vector<MappedPart> observerParts(const layout::Geometry& geometry) {
  const std::uint64_t ring = startOf(geometry, SectionId::ring);
  return {{0, ring, Access::readOnly},
          {ring, geometry.segmentSize - ring, Access::readOnly, false}};
}

std::vector<MappedPart> consumerParts(const layout::Geometry& geometry, std::uint32_t row) {
  const std::uint64_t doorbells = startOf(geometry, SectionId::doorbells);
  const std::uint64_t pages = startOf(geometry, SectionId::consumers);
  const std::uint64_t own = pages + row * sizeof(layout::ConsumerPage);
  const std::uint64_t next = own + sizeof(layout::ConsumerPage);
  const std::uint64_t ring = startOf(geometry, SectionId::ring);
  std::vector<MappedPart> parts{{0, doorbells, Access::readOnly},
                                {doorbells, pages - doorbells, Access::readWrite}};
  if (own != pages) parts.push_back({pages, own - pages, Access::readOnly});
  parts.push_back({own, next - own, Access::readWrite});
  if (next != ring) parts.push_back({next, ring - next, Access::readOnly});
  parts.push_back({ring, geometry.segmentSize - ring, Access::readOnly, false});
  return parts;
}

}  // namespace sluice
