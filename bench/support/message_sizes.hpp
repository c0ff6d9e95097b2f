// How long the messages of a stream are.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace sluice::bench {

/// A size for each sequence, the same in each process and each run. Copies share their numbers.
class MessageSizes {
 public:
  explicit MessageSizes(std::size_t all)
      : MessageSizes(std::vector<std::uint32_t>{static_cast<std::uint32_t>(all)}) {}

  static constexpr std::size_t mixLeast = 20;
  static constexpr std::size_t mixMost = 65536;
  static constexpr double mixMedian = 200;
  static constexpr double mixSpread = 1.8;  ///< deviation of the sizes' logarithms

  /// Log-normal. Sizes that are out of bounds are drawn anew. After 4096 it begins again, which
  /// takes no more of a first-level cache than it must.
  static MessageSizes mix() {
    std::mt19937_64 random(0x5eed);
    std::lognormal_distribution<double> distribution(std::log(mixMedian), mixSpread);
    std::vector<std::uint32_t> sizes(4096);
    for (std::uint32_t& size : sizes) {
      double drawn = 0;
      do
        drawn = distribution(random);
      while (drawn < mixLeast || drawn > mixMost);
      size = static_cast<std::uint32_t>(std::lround(drawn));
    }
    return MessageSizes(std::move(sizes));
  }

  std::size_t of(std::uint64_t sequence) const noexcept { return first_[sequence & mask_]; }

  /// Each of the sizes, as often as it comes until they begin again.
  const std::vector<std::uint32_t>& all() const noexcept { return *sizes_; }
  std::size_t longest() const noexcept { return *std::ranges::max_element(*sizes_); }

  /// The mean of what `value` is for each of the sizes.
  template <class Value>
  double mean(Value value) const {
    double sum = 0;
    for (const std::uint32_t size : *sizes_)
      sum += static_cast<double>(value(std::size_t{size}));
    return sum / static_cast<double>(sizes_->size());
  }
  double mean() const {
    return mean([](std::size_t size) { return size; });
  }

 private:
  /// As many as a power of two.
  explicit MessageSizes(std::vector<std::uint32_t> sizes)
      : sizes_(std::make_shared<const std::vector<std::uint32_t>>(std::move(sizes))),
        first_(sizes_->data()),
        mask_(sizes_->size() - 1) {}

  std::shared_ptr<const std::vector<std::uint32_t>> sizes_;
  const std::uint32_t* first_;
  std::uint64_t mask_;
};

}  // namespace sluice::bench
