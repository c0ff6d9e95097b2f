#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "rate.hpp"

Progress::Progress(std::uint64_t flights)
    : isTerminal_(::isatty(STDOUT_FILENO) != 0), flights_(flights) {}

void Progress::show(std::uint64_t published) {
  const std::uint64_t percent = published * 100 / flights_;
  if (percent == percent_) return;  // a terminal is slower than the ring
  const bool isNewQuarter = percent / 25 != percent_ / 25;
  percent_ = percent;
  if (isTerminal_)
    showBar(published);
  else if (isNewQuarter && published != flights_)
    fmt::print("published {} of {} flights\n", published, flights_);
  std::fflush(stdout);
}

void Progress::showBar(std::uint64_t published) const {
  constexpr std::uint64_t width = 40;
  const std::uint64_t full = percent_ * width / 100;
  fmt::print("\r[{}{}] {:3} %, {}\033[K", std::string(full, '#'), std::string(width - full, '.'),
             percent_, rateOf(published, Clock::now() - start_));
}

void Progress::end() {
  const Clock::duration time = Clock::now() - start_;
  if (isTerminal_) fmt::print("\n");
  fmt::print("published {}\n", rateOf(flights_, time));
}
