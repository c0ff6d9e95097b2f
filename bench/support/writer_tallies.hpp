// What one reader of many writers has seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/sequenced_record.hpp"

namespace sluice::bench {

/// The record that many writers pass to one reader.
using FanInRecord = SequencedRecord<64>;

/// A tally for each writer. Writers number their records from sequences of their own, so that a
/// record tells whose it is.
class WriterTallies {
 public:
  static constexpr std::uint64_t firstOf(unsigned writer) noexcept {
    return std::uint64_t{writer} << sequenceBits;
  }
  static constexpr unsigned writerOf(const FanInRecord& record) noexcept {
    return static_cast<unsigned>(record.word[0] >> sequenceBits);
  }

  explicit WriterTallies(unsigned writers) {
    for (unsigned writer = 0; writer < writers; ++writer)
      tallies_.emplace_back(firstOf(writer));
  }

  /// Throws where there is no such writer.
  Tally& of(unsigned writer) { return tallies_.at(writer); }

  /// Of whichever writer.
  void add(const FanInRecord& record) { of(writerOf(record)).add(record); }

  /// At least one, all of the writer that the first is of.
  template <class Records>
  void addOfOne(const Records& records) {
    Tally& kept = of(writerOf(*records.begin()));
    Tally tally = kept;
    for (const FanInRecord& record : records)
      tally.add(record);
    kept = tally;
  }

  /// True after exactly so many records of each writer, in their order.
  bool areExactly(std::uint64_t count) const noexcept {
    bool all = true;
    for (const Tally& tally : tallies_)
      all = all && tally.isExactly(count, sizeof(FanInRecord));
    return all;
  }

 private:
  static constexpr unsigned sequenceBits = 40;

  std::vector<Tally> tallies_;
};

}  // namespace sluice::bench
