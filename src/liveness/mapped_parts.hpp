// Which parts of a segment each kind of participant may write.
#pragma once

#include <cstdint>
#include <vector>

#include "sluice/layout/geometry.hpp"
#include "sluice/platform/mapping.hpp"

namespace sluice {

std::uint64_t startOf(const layout::Geometry& geometry, layout::SectionId id);

/// Everything but the header and the schema.
std::vector<platform::MappedPart> producerParts(const layout::Geometry& geometry);

/// The own row's page, the doorbells and the lifelines: a stray write elsewhere faults in who
/// makes it.
std::vector<platform::MappedPart> consumerParts(const layout::Geometry& geometry,
                                                std::uint32_t row);

/// Nothing.
std::vector<platform::MappedPart> observerParts(const layout::Geometry& geometry);

}  // namespace sluice
