// The words of a sequencer that others may see.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>

#include "sluice/detail/doorbell.hpp"
#include "sluice/sequence.hpp"

namespace sluice {

/// The words of a sequencer, in the memory of one process.
template <SequenceNumber S>
struct SequencerWords {
  alignas(detail::lineSpacing) std::atomic<SequenceWord<S>> cursor{noSequenceOf<S>};
  alignas(detail::lineSpacing) std::atomic<SequenceWord<S>> claimed{noSequenceOf<S>};
  alignas(detail::lineSpacing) std::atomic<SequenceWord<S>> limit{noSequenceOf<S>};
  alignas(detail::lineSpacing) detail::Doorbell doorbell{0};
};

namespace detail {

/// Finds the two words that claims are stored in: in one process's memory, or in a segment. Cheap
/// to copy.
template <class W, class S>
concept ClaimWords = requires(W words) {
  { words.claimed() } -> std::same_as<std::atomic<SequenceWord<S>>&>;
  { words.limit() } -> std::same_as<std::atomic<SequenceWord<S>>&>;
};

template <SequenceNumber S>
class LocalClaimWords {
 public:
  LocalClaimWords(SequencerWords<S>& words) noexcept : words_(&words) {}
  auto& claimed() const noexcept { return words_->claimed; }
  auto& limit() const noexcept { return words_->limit; }

 private:
  SequencerWords<S>* words_;
};

}  // namespace detail
}  // namespace sluice
