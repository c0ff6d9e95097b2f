#include "format/row_image.hpp"

#include "format/image.hpp"

namespace sluice::detail {

std::uint64_t rowOffset(const Geometry& geometry, std::uint32_t row) noexcept {
  return geometry.section(SectionId::consumers).offset + row * sizeof(ConsumerPage);
}

std::optional<RowImage> readRow(const SegmentFile& file, const Geometry& geometry,
                                std::uint32_t row) {
  const auto page = bytesAt(file, rowOffset(geometry, row), sizeof(ConsumerPage));
  if (!page) return std::nullopt;
  const auto word = [&](std::size_t offset) { return numberAt<std::uint64_t>(*page, offset); };
  RowImage image;
  image.word.word = word(offsetof(ConsumerPage, row));
  image.cursor = word(offsetof(ConsumerPage, cursor));
  image.asleepFor = word(offsetof(ConsumerPage, asleepFor));
  image.joinedAt = word(offsetof(ConsumerPage, joinedAt));
  image.onDeath = numberAt<OnDeath>(*page, offsetof(ConsumerPage, onDeath));
  image.evictAfter = word(offsetof(ConsumerPage, evictAfter));
  image.process = identityAt(*page, offsetof(ConsumerPage, identity));
  image.name = textAt(*page, offsetof(ConsumerPage, name), sizeof(ConsumerPage::name));
  for (std::size_t i = 0; i < maxConsumerRows; ++i) {
    const std::uint64_t entry = word(offsetof(ConsumerPage, upstream) + i * sizeof(UpstreamEntry));
    if (entry != 0) image.upstream.push_back(entry);
  }
  image.sleeps = word(offsetof(ConsumerPage, sleeps));
  image.wakes = word(offsetof(ConsumerPage, wakes));
  image.owedFrom = word(offsetof(ConsumerPage, owedFrom));
  image.attachedAt = word(offsetof(ConsumerPage, attachedAt));
  image.sleptAt = word(offsetof(ConsumerPage, sleptAt));
  image.evictedAt = word(offsetof(ConsumerPage, evictedAt));
  return image;
}

ProcessIdentity identityAt(std::span<const std::byte> page, std::size_t offset) {
  const auto field = [&](std::size_t place) {
    return numberAt<std::uint64_t>(page, offset + place);
  };
  return {field(offsetof(SharedIdentity, pid)), field(offsetof(SharedIdentity, startTime)),
          field(offsetof(SharedIdentity, pidNamespace))};
}

}  // namespace sluice::detail
