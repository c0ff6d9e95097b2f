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

namespace {

/// This process's own page where the nodes of its robust list lie.
MappedPart nodesPart(const layout::Geometry& geometry) {
  const std::uint64_t nodes = startOf(geometry, SectionId::lifelineNodes);
  const std::uint64_t lifelines = startOf(geometry, SectionId::lifelines);
  return {nodes, lifelines - nodes, Access::readWrite, true, false};
}

}  // namespace

std::vector<MappedPart> producerParts(const layout::Geometry& geometry) {
  const std::uint64_t writable = startOf(geometry, SectionId::producer);
  const std::uint64_t ring = startOf(geometry, SectionId::ring);
  const MappedPart nodes = nodesPart(geometry);
  const std::uint64_t lifelines = nodes.offset + nodes.size;
  return {{0, writable, Access::readOnly},
          {writable, nodes.offset - writable, Access::readWrite},
          nodes,
          {lifelines, ring - lifelines, Access::readWrite},
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
  const MappedPart nodes = nodesPart(geometry);
  const std::uint64_t lifelines = nodes.offset + nodes.size;
  std::vector<MappedPart> parts{{0, doorbells, Access::readOnly},
                                {doorbells, nodes.offset - doorbells, Access::readWrite},
                                nodes,
                                {lifelines, pages - lifelines, Access::readWrite}};
  if (own != pages) parts.push_back({pages, own - pages, Access::readOnly});
  parts.push_back({own, next - own, Access::readWrite});
  if (next != ring) parts.push_back({next, ring - next, Access::readOnly});
  parts.push_back({ring, geometry.segmentSize - ring, Access::readOnly, false});
  return parts;
}

}  // namespace sluice
