#include "segment/mapped_parts.hpp"

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

#include "format/consumer_page.hpp"
#include "liveness/keeper.hpp"
#include "liveness/robust_list.hpp"
#include "os/segment_file.hpp"
#include "os/system_error.hpp"

namespace sluice::detail {

std::uint64_t startOf(const Geometry& geometry, SectionId id) {
  return geometry.section(id).offset;
}

namespace {

static_assert(RobustList::nodeDistance == sectionAlignment, "the page before the lifelines");

/// The producer's page and the doorbells. In a forked child nothing was published, and each
/// doorbell is armed, so that a publish and a commit there look closer and find out where they are.
MappedPart announcementsPart(const Geometry& geometry, Access access) {
  const std::uint64_t start = startOf(geometry, SectionId::producer);
  const std::uint64_t end = startOf(geometry, SectionId::lifelineNodes);
  return {start, end - start, access, true, true, true};
}

/// This process's own page where the nodes of its robust list lie.
MappedPart nodesPart(const Geometry& geometry) {
  const std::uint64_t nodes = startOf(geometry, SectionId::lifelineNodes);
  const std::uint64_t lifelines = startOf(geometry, SectionId::lifelines);
  return {nodes, lifelines - nodes, Access::readWrite, true, false};
}

}  // namespace

std::vector<MappedPart> producerParts(const Geometry& geometry) {
  const std::uint64_t writable = startOf(geometry, SectionId::producer);
  const std::uint64_t ring = startOf(geometry, SectionId::ring);
  const MappedPart nodes = nodesPart(geometry);
  const std::uint64_t lifelines = nodes.offset + nodes.size;
  return {{0, writable, Access::readOnly},
          announcementsPart(geometry, Access::readWrite),
          nodes,
          {lifelines, ring - lifelines, Access::readWrite},
          {ring, geometry.segmentSize - ring, Access::readWrite, false}};
}

std::vector<MappedPart> observerParts(const Geometry& geometry) {
  const std::uint64_t ring = startOf(geometry, SectionId::ring);
  const MappedPart announcements = announcementsPart(geometry, Access::readOnly);
  const std::uint64_t next = announcements.offset + announcements.size;
  return {{0, announcements.offset, Access::readOnly},
          announcements,
          {next, ring - next, Access::readOnly},
          {ring, geometry.segmentSize - ring, Access::readOnly, false}};
}

std::vector<MappedPart> consumerParts(const Geometry& geometry, std::uint32_t row) {
  const std::uint64_t doorbells = startOf(geometry, SectionId::doorbells);
  const std::uint64_t pages = startOf(geometry, SectionId::consumers);
  const std::uint64_t own = pages + row * sizeof(ConsumerPage);
  const std::uint64_t next = own + sizeof(ConsumerPage);
  const std::uint64_t ring = startOf(geometry, SectionId::ring);
  const MappedPart nodes = nodesPart(geometry);
  const std::uint64_t lifelines = nodes.offset + nodes.size;
  MappedPart producer = announcementsPart(geometry, Access::readOnly);
  producer.size = doorbells - producer.offset;
  MappedPart announcements = announcementsPart(geometry, Access::readWrite);
  announcements.size -= producer.size;
  announcements.offset = doorbells;
  std::vector<MappedPart> parts{{0, producer.offset, Access::readOnly},
                                producer,
                                announcements,
                                nodes,
                                {lifelines, pages - lifelines, Access::readWrite}};
  if (own != pages) parts.push_back({pages, own - pages, Access::readOnly});
  parts.push_back({own, next - own, Access::readWrite});
  if (next != ring) parts.push_back({next, ring - next, Access::readOnly});
  parts.push_back({ring, geometry.segmentSize - ring, Access::readOnly, false});
  return parts;
}

Result<Mapping> mapWritable(const SegmentPath& path, const FileId& file, const Geometry& geometry,
                            std::vector<MappedPart> parts, const MemoryOptions& options) {
  auto mapping = Mapping::reserve(path, geometry.segmentSize, std::move(parts), options);
  if (!mapping) return mapping;
  const std::string name = path.string();
  CallFailure failed;
  Keeper::ofThisProcess().run([&] { failed = mapping->mapNamed(name.c_str(), file); });
  if (failed.number == ENOENT) return goneMeanwhile(path);
  if (failed) return mapping->errorOf(failed);
  return mapping;
}

}  // namespace sluice::detail
