#include "reserved.hpp"

#include <cstddef>
#include <initializer_list>

#include "bytes.hpp"
#include "sluice/layout/consumer_page.hpp"
#include "sluice/layout/producer_page.hpp"
#include "sluice/layout/shared_words.hpp"

namespace sluice::inspect {
namespace {

using layout::ConsumerPage;
using layout::Cursor;
using layout::DoorbellLine;
using layout::Lifeline;
using layout::Membership;
using layout::ProducerPage;
using layout::SectionId;

struct Range {
  std::size_t offset;
  std::size_t size;
};

constexpr Range afterSequence(std::size_t cursor) noexcept {
  return {cursor + offsetof(Cursor, reserved), sizeof(Cursor::reserved)};
}

class Looking {
 public:
  Looking(const platform::SegmentFile& file, const layout::Geometry& geometry) noexcept
      : file_(file), geometry_(geometry) {}

  void at(SectionId section, std::uint64_t offset, const std::string& name, std::size_t size,
          std::initializer_list<Range> ranges) {
    const auto bytes = bytesAt(file_, geometry_.section(section).offset + offset, size);
    if (!bytes) return;
    for (const Range& range : ranges) {
      if (isZero(std::span(*bytes).subspan(range.offset, range.size))) continue;
      places.push_back(name);
      return;
    }
  }

  std::vector<std::string> places;

 private:
  const platform::SegmentFile& file_;
  const layout::Geometry& geometry_;
};

}  // namespace

std::vector<std::string> reservedBytesInUse(const platform::SegmentFile& file,
                                            const layout::Geometry& geometry) {
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
    looking.at(SectionId::lifelines, i * sizeof(Lifeline), "lifeline " + number, sizeof(Lifeline),
               {{offsetof(Lifeline, reserved), sizeof(Lifeline::reserved)}});
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
