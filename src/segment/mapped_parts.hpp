// Which parts of a segment each kind of participant may write.
#pragma once

#include <cstdint>
#include <vector>

#include "format/geometry.hpp"
#include "os/file_id.hpp"
#include "os/mapping.hpp"
#include "os/segment_path.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

std::uint64_t startOf(const Geometry& geometry, SectionId id);

/// Everything but the header and the schema.
std::vector<MappedPart> producerParts(const Geometry& geometry);

/// The own row's page, the doorbells and the lifelines: a stray write elsewhere faults in the
/// process that makes it.
std::vector<MappedPart> consumerParts(const Geometry& geometry, std::uint32_t row);

/// Nothing.
std::vector<MappedPart> observerParts(const Geometry& geometry);

/// Opens the segment of that path to be written, maps it and closes it, on the keeper; not prepared
/// yet. notFound when the path does not name that file any more.
Result<Mapping> mapWritable(const SegmentPath& path, const FileId& file, const Geometry& geometry,
                            std::vector<MappedPart> parts, const MemoryOptions& options);

}  // namespace sluice::detail
