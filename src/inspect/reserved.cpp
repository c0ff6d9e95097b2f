#include "inspect/reserved.hpp"

#include <cstddef>
#include <initializer_list>

#include "format/consumer_page.hpp"
#include "format/image.hpp"
#include "format/producer_page.hpp"
#include "format/shared_words.hpp"

namespace sluice::inspect {
namespace {

using detail::ConsumerPage;
using detail::Cursor;
using detail::DoorbellLine;
using detail::LifelineWord;
using detail::Membership;
using detail::ProducerPage;
using detail::SectionId;

struct Range {
  std::size_t offset;
  std::size_t size;
};

constexpr Range afterSequence(std::size_t cursor) noexcept {
  return {cursor + offsetof(Cursor, reserved), sizeof(Cursor::reserved)};
}

class Looking {
 public:
  Looking(const detail::SegmentFile& file, const detail::Geometry& geometry) noexcept
      : file_(file), geometry_(geometry) {}

  void at(SectionId section, std::uint64_t offset, const std::string& name, std::size_t size,
          std::initializer_list<Range> ranges) {
    const auto bytes = detail::bytesAt(file_, geometry_.section(section).offset + offset, size);
    if (!bytes) return;
    for (const Range& range : ranges) {
      if (detail::isZero(std::span(*bytes).subspan(range.offset, range.size))) continue;
      places.push_back(name);
      return;
    }
  }

  std::vector<std::string> places;

 private:
  const detail::SegmentFile& file_;
  const detail::Geometry& geometry_;
};

}  // namespace

std::vector<std::string> reservedBytesInUse(const detail::SegmentFile& file,
                                            const detail::Geometry& geometry) {
  Looking looking(file, geometry);
  looking.at(SectionId::producer, 0, "the producer's page", sizeof(ProducerPage),
             {afterSequence(offsetof(ProducerPage, cursor)),
              afterSequence(offsetof(ProducerPage, claimed)),
              afterSequence(offsetof(ProducerPage, limit)),
              {offsetof(ProducerPage, reserved0), sizeof(ProducerPage::reserved0)},
              {offsetof(ProducerPage, reserved), sizeof(ProducerPage::reserved)}});
  looking.at(SectionId::doorbells, 0, "the membership line", sizeof(Membership),
             {{offsetof(Membership, reserved), sizeof(Membership::reserved)}});
  for (std::uint32_t i = 0; i < 1 + geometry.consumerRows; ++i) {
    const std::string number = std::to_string(i);
    looking.at(SectionId::doorbells, (1 + i) * sizeof(DoorbellLine), "doorbell " + number,
               sizeof(DoorbellLine),
               {{offsetof(DoorbellLine, reserved), sizeof(DoorbellLine::reserved)}});
    looking.at(SectionId::lifelines, i * sizeof(LifelineWord), "lifeline " + number,
               sizeof(LifelineWord),
               {{offsetof(LifelineWord, reserved), sizeof(LifelineWord::reserved)}});
  }
  for (std::uint32_t row = 0; row < geometry.consumerRows; ++row)
    looking.at(SectionId::consumers, row * sizeof(ConsumerPage), "row " + std::to_string(row),
               sizeof(ConsumerPage),
               {afterSequence(offsetof(ConsumerPage, cursor)),
                {offsetof(ConsumerPage, reserved0), sizeof(ConsumerPage::reserved0)},
                {offsetof(ConsumerPage, reserved), sizeof(ConsumerPage::reserved)}});
  return looking.places;
}

}  // namespace sluice::inspect
