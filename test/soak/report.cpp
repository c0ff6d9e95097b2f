#include "report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::soak {

void Report::add(const std::vector<Worker>& workers, const Board& board) {
  ++rounds_;
  published_ += board.producer.published.get();
  terms_ += board.producer.lives.get();
  for (std::size_t place = 0; place < workers.size(); ++place) {
    const Worker& worker = workers[place];
    const ConsumerLedger& ledger = board.consumers[place];
    Line& line = lines_[worker.role().group];
    if (rounds_ == 1) ++line.processes;
    line.deaths += worker.deaths();
    line.stops += worker.stops();
    line.lives += ledger.lives.get();
    line.records += ledger.records.get();
    line.redelivered += ledger.redelivered.get();
    line.losses += ledger.losses.get();
    line.lost += ledger.lost.get();
    line.evictions += ledger.evictions.get();
  }
  Line& producers = lines_["producers"];
  producers.lives = terms_;
  producers.records = published_;
}

void Report::addPause(std::chrono::nanoseconds withoutARecord) {
  longestPause_ = std::max(longestPause_, withoutARecord);
}

std::uint64_t Report::deaths() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [group, line] : lines_)
    sum += line.deaths;
  return sum;
}

std::string Report::inText() const {
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{:<14}{:>6}{:>8}{:>8}{:>8}{:>12}{:>10}{:>9}{:>10}{:>9}\n", "", "places",
                 "deaths", "stops", "lives", "records", "again", "losses", "lost", "evicted");
  for (const auto& [group, line] : lines_)
    fmt::format_to(out, "{:<14}{:>6}{:>8}{:>8}{:>8}{:>12}{:>10}{:>9}{:>10}{:>9}\n", group,
                   line.processes, line.deaths, line.stops, line.lives, line.records,
                   line.redelivered, line.losses, line.lost, line.evictions);
  fmt::format_to(out, "{} records through {} rings, {} deaths, at most {} without a record\n",
                 published_, rounds_, deaths(),
                 std::chrono::duration_cast<std::chrono::milliseconds>(longestPause_));
  for (const std::string& fault : faults_)
    fmt::format_to(out, "FAULT: {}\n", fault);
  return text;
}

}  // namespace sluice::soak
