// Sequences: the numbers of records in a stream, compared modulo their width.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace sluice {

/// Segments and roles use 64 bits; the narrower ones exist so that every wrap can be tested.
template <class S>
concept SequenceNumber = std::same_as<S, std::uint8_t> || std::same_as<S, std::uint16_t> ||
    std::same_as<S, std::uint32_t> || std::same_as<S, std::uint64_t>;

/// The sequence of a record in a segment.
using Sequence = std::uint64_t;

/// Of no record: the sequence before the first, which is 0. What a cursor shows while nothing was
/// published, claimed or committed.
template <SequenceNumber S>
inline constexpr S noSequenceOf = std::numeric_limits<S>::max();
inline constexpr Sequence noSequence = noSequenceOf<Sequence>;

/// What a sequence is stored as: no atomic is narrower than a futex word.
template <SequenceNumber S>
using SequenceWord = std::conditional_t<(sizeof(S) < 8), std::uint32_t, std::uint64_t>;

/// How far `to` is ahead of `from`; negative when it is behind. Exact while they are less than half
/// the sequence space apart.
template <SequenceNumber S>
constexpr std::make_signed_t<S> distance(S from, S to) noexcept {
  return static_cast<std::make_signed_t<S>>(static_cast<S>(to - from));
}

/// True when a cursor that stands at `published` has reached `target`.
template <SequenceNumber S>
constexpr bool reached(S published, S target) noexcept {
  return distance(target, published) >= 0;
}

template <SequenceNumber S>
constexpr S lower(S a, S b) noexcept {
  return reached(a, b) ? b : a;
}

/// The largest ring that sequences of this width can number: a quarter of the sequence space, so
/// that "ahead" and "behind" stay apart, and never more than 2^29, so that a doorbell's 31 bits do.
template <SequenceNumber S>
inline constexpr std::uint64_t maxCapacity = sizeof(S) >= 4
                                                 ? std::uint64_t{1} << 29
                                                 : std::uint64_t{1} << (8 * sizeof(S) - 2);

/// True for a power of two that is at least 1 and at most the largest ring of that width.
template <SequenceNumber S>
constexpr bool isCapacity(std::uint64_t capacity) noexcept {
  return capacity != 0 && (capacity & (capacity - 1)) == 0 && capacity <= maxCapacity<S>;
}

}  // namespace sluice
