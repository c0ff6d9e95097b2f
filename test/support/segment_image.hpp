// A segment's bytes in ordinary memory, to be damaged and written to files.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "format/segment_view.hpp"
#include "os/lease_file.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/slot.hpp"

namespace sluice::testing {

struct Quote {
  std::uint64_t time;
  double price;
  std::int32_t volume;
  char symbol[4];
};

inline constexpr std::array<Field, 4> quoteFields{
    SLUICE_FIELD(Quote, time), SLUICE_FIELD(Quote, price), SLUICE_FIELD(Quote, volume),
    SLUICE_FIELD(Quote, symbol)};

inline detail::Choices quoteChoices(SlotLayout slotLayout = SlotLayout::stamped) {
  return {.capacity = 16,
          .consumerRows = 3,
          .slotLayout = slotLayout,
          .withoutConsumers = WithoutConsumers::runOn,
          .wakeProtocol = WakeProtocol::fence,
          .record = {"Quote", sizeof(Quote), alignof(Quote), quoteFields}};
}

inline detail::Choices messageChoices() {
  detail::Choices choices = quoteChoices(SlotLayout::messages);
  choices.record = {.name = {}, .size = 40, .alignment = detail::messageAlignment};
  choices.payloadSize = 8192;
  return choices;
}

/// As a producer creates it: nothing published, no consumer.
class SegmentImage {
 public:
  explicit SegmentImage(const detail::Choices& choices = quoteChoices())
      : geometry_(detail::geometryOf("image", choices).value()),
        bytes_(new (alignment) std::byte[geometry_.segmentSize]{}),
        view_(bytes_.get(), geometry_) {
    const detail::Header header =
        detail::makeHeader(geometry_, choices.record, detail::currentProcess(),
                           detail::currentBoot(), detail::randomSegmentId().value());
    std::memcpy(bytes_.get(), &header, sizeof header);
    std::byte* schema = bytes_.get() + geometry_.section(detail::SectionId::schema).offset;
    for (const Field& field : choices.record.fields) {
      const detail::FieldEntry entry = detail::entryOf(field);
      std::memcpy(schema, &entry, sizeof entry);
      schema += sizeof entry;
    }
    detail::ProducerPage& page = producer();
    for (detail::Cursor* cursor : {&page.cursor, &page.claimed, &page.limit})
      cursor->sequence.store(geometry_.beforeFirst(), std::memory_order_relaxed);
    page.payloadLimit.store(geometry_.payloadSize, std::memory_order_relaxed);
    page.term.store(1, std::memory_order_relaxed);
    page.state.store(detail::ProducerState::live, std::memory_order_relaxed);
    page.identity.pid.store(detail::currentProcess().pid, std::memory_order_relaxed);
  }

  ~SegmentImage() {
    std::error_code ignored;
    if (!leases_.empty()) std::filesystem::remove(leases_, ignored);
  }
  SegmentImage(const SegmentImage&) = delete;
  SegmentImage& operator=(const SegmentImage&) = delete;

  const detail::Geometry& geometry() const noexcept { return geometry_; }
  detail::Header& header() noexcept { return *reinterpret_cast<detail::Header*>(bytes_.get()); }
  detail::ProducerPage& producer() noexcept { return view_.producer(); }
  detail::ConsumerPage& consumer(std::uint32_t row) noexcept { return view_.consumer(row); }
  const detail::SegmentView& view() const noexcept { return view_; }
  std::span<std::byte> bytes() noexcept {
    return {bytes_.get(), static_cast<std::size_t>(geometry_.segmentSize)};
  }

  /// Publishes these many records more, of times 0, 1, 2 ... as their sequences.
  void publish(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i)
      write(lastPublished() + 1, true);
  }

  /// Claims and writes the next record and stamps it, but leaves the cursor where it is.
  void stampWithoutCursor(Sequence sequence) { write(sequence, false); }

  void join(std::uint32_t row, std::string_view name, Sequence cursor) {
    detail::ConsumerPage& page = consumer(row);
    page.cursor.sequence.store(cursor, std::memory_order_relaxed);
    page.joinedAt.store(cursor + 1, std::memory_order_relaxed);
    page.onDeath.store(OnDeath::release, std::memory_order_relaxed);
    page.identity.pid.store(detail::currentProcess().pid, std::memory_order_relaxed);
    std::copy(name.begin(), name.end(), page.name.begin());
    page.row.store(detail::RowWord::of(1, detail::RowState::live).word, std::memory_order_relaxed);
  }

  void save(const std::string& path) { save(path, bytes().size()); }
  void save(const std::string& path, std::size_t size) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(bytes_.get()), static_cast<std::streamsize>(size));
    leases_ = std::filesystem::path(path).parent_path() / detail::leaseFileName(header().id);
    std::ofstream(leases_, std::ios::app).flush();
  }
  /// The lease file beside what was saved last; it is removed with this image.
  const std::string& leases() const noexcept { return leases_; }

 private:
  static constexpr std::align_val_t alignment{detail::sectionAlignment};
  struct Free {
    void operator()(std::byte* bytes) const noexcept { operator delete[](bytes, alignment); }
  };

  Sequence lastPublished() noexcept {
    return producer().cursor.sequence.load(std::memory_order_relaxed);
  }

  void write(Sequence sequence, bool moveCursor) {
    Quote quote{sequence, 0.5 + static_cast<double>(sequence), -1, {'A', 'B', 'C', 'D'}};
    std::byte* slot = view_.ring() + (sequence & (geometry_.capacity - 1)) * geometry_.stride;
    std::memcpy(slot + detail::recordOffset(geometry_.slotLayout, geometry_.recordAlignment),
                &quote, sizeof quote);
    const std::uint64_t stamp = detail::stampOf(sequence);
    if (geometry_.slotLayout == SlotLayout::stamped) std::memcpy(slot, &stamp, sizeof stamp);
    detail::ProducerPage& page = producer();
    page.claimed.sequence.store(sequence, std::memory_order_relaxed);
    page.limit.sequence.store(sequence, std::memory_order_relaxed);
    if (moveCursor) page.cursor.sequence.store(sequence, std::memory_order_relaxed);
  }

  detail::Geometry geometry_;
  std::unique_ptr<std::byte[], Free> bytes_;
  detail::SegmentView view_;
  std::string leases_;
};

}  // namespace sluice::testing
