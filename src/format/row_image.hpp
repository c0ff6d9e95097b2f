// A consumer's row as the bytes of its page tell it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "format/consumer_page.hpp"
#include "format/geometry.hpp"
#include "os/identity.hpp"
#include "os/segment_file.hpp"
#include "sluice/policy.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

/// A private copy, of any bytes at all.
struct RowImage {
  RowWord word{};
  Sequence cursor = noSequence;
  std::uint64_t asleepFor = 0;
  Sequence joinedAt = 0;
  OnDeath onDeath{};
  std::uint64_t evictAfter = 0;
  ProcessIdentity process{};
  std::string name;
  std::vector<std::uint64_t> upstream;  ///< the entries that are not 0
  std::uint64_t sleeps = 0;
  std::uint64_t wakes = 0;
  std::uint64_t owedFrom = 0;
  std::uint64_t attachedAt = 0;
  std::uint64_t sleptAt = 0;
  std::uint64_t evictedAt = 0;
};

/// Where a row's page begins in the file.
std::uint64_t rowOffset(const Geometry& geometry, std::uint32_t row) noexcept;

/// Nothing where the file ends before the row.
std::optional<RowImage> readRow(const SegmentFile& file, const Geometry& geometry,
                                std::uint32_t row);

/// The process that the identity at this place of a page names.
ProcessIdentity identityAt(std::span<const std::byte> page, std::size_t offset);

}  // namespace sluice::detail
