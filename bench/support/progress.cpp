#include "support/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace sluice::bench {

Progress::Progress(const std::vector<Comparison>& comparisons)
    : isTerminal_(::isatty(STDERR_FILENO) != 0), comparisons_(comparisons.size()) {
  for (const Comparison& comparison : comparisons)
    contenders_ += comparison.contenders.size();
}

void Progress::begin(const Comparison& comparison) {
  heading_ = headingOf(comparison);
  contendersNow_ = comparison.contenders.size();
  if (!isTerminal_) fmt::print(stderr, "{}\n", line());
}

void Progress::tell(const Contender& contender) {
  if (isTerminal_) fmt::print(stderr, "\r{}: {}\033[K", line(), contender.system);
}

void Progress::end() {
  ++comparisonsDone_;
  contendersDone_ += contendersNow_;
  clear();
}

void Progress::clear() const {
  if (isTerminal_) fmt::print(stderr, "\r\033[K");
}

std::string Progress::line() const {
  std::string remaining;
  if (contendersDone_ != 0) {
    const std::chrono::duration<double> elapsed = Clock::now() - start_;
    const double each = elapsed.count() / static_cast<double>(contendersDone_);
    const double seconds = each * static_cast<double>(contenders_ - contendersDone_);
    remaining = seconds < 90 ? fmt::format(", about {:.0f} s left", seconds)
                             : fmt::format(", about {:.0f} min left", seconds / 60);
  }
  return fmt::format("[{}/{}{}] {}", comparisonsDone_ + 1, comparisons_, remaining, heading_);
}

}  // namespace sluice::bench
