// The rows of consumers as others see them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "format/segment_view.hpp"
#include "sluice/detail/futex_expectation.hpp"
#include "sluice/sequence.hpp"
#include "sluice/sequence_barrier.hpp"

namespace sluice::detail {

/// One consumer, as long as it has its row.
struct RowKey {
  std::uint32_t row;
  std::uint32_t generation;
  friend bool operator==(const RowKey&, const RowKey&) = default;
};

/// The row of the consumer of that name that gates the ring, if there is one.
std::optional<RowKey> findRow(const SegmentView& view, std::string_view name) noexcept;

/// The name that a row holds.
std::string_view nameIn(const ConsumerPage& page) noexcept;

/// The barrier of one row: what its consumer has committed.
SequenceBarrier<Sequence> barrierOf(const SegmentView& view, std::uint32_t row) noexcept;

/// The barrier of the producer: what it has published.
SequenceBarrier<Sequence> producerBarrier(const SegmentView& view) noexcept;

/// The epoch of the producer's doorbell, to sleep on for a process that writes nothing, and so arms
/// nothing: it is woken when the doorbell is rung or answered.
FutexExpectation producersEpoch(const SegmentView& view) noexcept;

/// Raises the membership count and wakes every thread that waits for it.
void raiseMembership(const SegmentView& view) noexcept;

/// Stores the producer's last word on the stream, and wakes every reader.
void endStream(const SegmentView& view, ProducerState state) noexcept;

/// Says that a row has changed: to the threads that wait for the membership, and to the threads
/// that wait for the row.
void announceRowChange(const SegmentView& view, std::uint32_t row) noexcept;

}  // namespace sluice::detail
