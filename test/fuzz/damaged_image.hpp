// A good segment and the damage that a fuzzer's bytes do to it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "input_reader.hpp"
#include "message_image.hpp"
#include "support/segment_image.hpp"

namespace sluice::fuzz {

/// One change of up to eight bytes of a segment. Twelve bytes of input: what, where, how much.
//
// byte 0      bits 0..2 section, 3..4 width (1, 2, 4, 8 bytes), 5..6 how, 7 later
// byte 1      page of the section
// bytes 2..3  offset in the page
// bytes 4..11 value
struct Patch {
  enum class How : std::uint8_t { set, add, flip, subtract };

  std::uint64_t offset = 0;
  std::uint64_t value = 0;
  std::size_t width = 1;
  How how = How::set;
  bool later = false;  ///< done when participants are attached already

  static Patch take(InputReader& input, const detail::Geometry& geometry) noexcept {
    const auto what = input.take<std::uint8_t>();
    const auto page = input.take<std::uint8_t>();
    const auto place = input.take<std::uint16_t>();
    Patch patch;
    patch.value = input.take<std::uint64_t>();
    patch.width = std::size_t{1} << (what >> 3 & 3U);
    patch.how = static_cast<How>(what >> 5 & 3U);
    patch.later = (what & 0x80U) != 0;
    const detail::Section& section = geometry.sections[what & 7U];
    const std::uint64_t within = page * detail::sectionAlignment + place % detail::sectionAlignment;
    patch.offset =
        std::min(section.offset + within % section.size, geometry.segmentSize - patch.width);
    return patch;
  }

  /// `bytes` are those of the whole segment.
  void apply(std::span<std::byte> bytes) const noexcept {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data() + offset, width);
    switch (how) {
      case How::set:
        number = value;
        break;
      case How::add:
        number += value;
        break;
      case How::flip:
        number ^= value;
        break;
      case How::subtract:
        number -= value;
        break;
    }
    std::memcpy(bytes.data() + offset, &number, width);
  }
};

/// The input's first four bytes say what the segment was like, the next two where its file is cut,
/// and the rest are patches.
//
// byte 0      bit 0 packed, of records; 1 the producer waits for consumers, 2 membarrier, 3..5
// capacity 2^n,
//             6 the producer has left, 7 a record is stamped beyond the cursor
// byte 1      records published
// byte 2      bits 0..2 rows taken, 3..7 how far they are behind
// byte 3      left to the target
// bytes 4..5  bits 0..14 0, or 1 + the size of the file in units of eight bytes; 15 messages
class DamagedImage {
 public:
  explicit DamagedImage(InputReader& input) : DamagedImage(input.take<std::uint32_t>(), input) {}

  bool isOfMessages() const noexcept { return image.geometry().slotLayout == SlotLayout::messages; }

  testing::SegmentImage image;
  std::uint8_t choice;   ///< the byte that is the target's
  std::size_t fileSize;  ///< at most the segment's size
  std::vector<Patch> later;

 private:
  DamagedImage(std::uint32_t first, InputReader& input)
      : DamagedImage(first, input.take<std::uint16_t>(), input) {}
  DamagedImage(std::uint32_t first, std::uint16_t second, InputReader& input)
      : image(choicesOf(first, (second & 0x8000U) != 0)),
        choice(static_cast<std::uint8_t>(first >> 24)) {
    const Sequence published = first >> 8 & 0xffU;
    publish(published, (first & 0x80U) != 0);
    if ((first & 0x40U) != 0)
      image.producer().state.store(detail::ProducerState::left, std::memory_order_relaxed);
    constexpr std::array<std::string_view, 3> names{"risk", "journal", ""};
    const Sequence behind = (first >> 19 & 0x1fU) % (image.geometry().capacity + 1);
    for (std::uint32_t row = 0; row < names.size(); ++row)
      if ((first >> (16 + row) & 1U) != 0) image.join(row, names[row], published - 1 - behind);
    const std::size_t cut = second & 0x7fffU;
    const std::size_t whole = image.bytes().size();
    fileSize = cut == 0 ? whole : std::min(whole, (cut - 1) * 8);
    while (!input.empty()) {
      const Patch patch = Patch::take(input, image.geometry());
      if (patch.later)
        later.push_back(patch);
      else
        patch.apply(image.bytes());
    }
  }

  void publish(Sequence published, bool isOneMoreStamped) {
    if (isOfMessages()) {
      publishMessages(image, published, isOneMoreStamped);
      return;
    }
    image.publish(published);
    if (isOneMoreStamped) image.stampWithoutCursor(published);
  }

  static detail::Choices choicesOf(std::uint32_t first, bool isOfMessages) {
    detail::Choices choices =
        isOfMessages
            ? testing::messageChoices()
            : testing::quoteChoices((first & 1U) != 0 ? SlotLayout::packed : SlotLayout::stamped);
    if ((first & 2U) != 0) choices.withoutConsumers = WithoutConsumers::wait;
    if ((first & 4U) != 0) choices.wakeProtocol = WakeProtocol::membarrier;
    // Messages need two slots.
    choices.capacity = std::max<std::uint64_t>(isOfMessages ? 2 : 1, 1U << (first >> 3 & 7U));
    return choices;
  }
};

}  // namespace sluice::fuzz
