// Where a sequencer keeps the words that others may see.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>

#include "sluice/layout/doorbell.hpp"
#include "sluice/layout/header.hpp"
#include "sluice/layout/sequence.hpp"

namespace sluice {

/// Finds the words: in one process's memory, or in a segment. Cheap to copy.
template <class P, class S>
concept SequencerPlace = requires(P place) {
  { place.cursor() } -> std::same_as<std::atomic<SequenceWord<S>>&>;
  { place.claimed() } -> std::same_as<std::atomic<SequenceWord<S>>&>;
  { place.limit() } -> std::same_as<std::atomic<SequenceWord<S>>&>;
  { place.doorbell() } -> std::same_as<layout::Doorbell&>;
  { place.wakes() } -> std::same_as<std::atomic<std::uint64_t>*>;
};

/// The words of a sequencer that only one process sees.
template <SequenceNumber S>
struct SequencerWords {
  alignas(layout::lineSpacing) std::atomic<SequenceWord<S>> cursor{initialSequence<S>};
  alignas(layout::lineSpacing) std::atomic<SequenceWord<S>> claimed{initialSequence<S>};
  alignas(layout::lineSpacing) std::atomic<SequenceWord<S>> limit{initialSequence<S>};
  alignas(layout::lineSpacing) layout::Doorbell doorbell{0};
};

template <SequenceNumber S>
class LocalPlace {
 public:
  LocalPlace(SequencerWords<S>& words) noexcept : words_(&words) {}
  auto& cursor() const noexcept { return words_->cursor; }
  auto& claimed() const noexcept { return words_->claimed; }
  auto& limit() const noexcept { return words_->limit; }
  auto& doorbell() const noexcept { return words_->doorbell; }
  std::atomic<std::uint64_t>* wakes() const noexcept { return nullptr; }

 private:
  SequencerWords<S>* words_;
};

}  // namespace sluice
