#include "inspect/snapshot.hpp"

#include <algorithm>

#include "os/printable.hpp"

namespace sluice::inspect {

bool Snapshot::healthy() const noexcept {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::fault; });
}

std::size_t Snapshot::consumerCount() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(consumers.begin(), consumers.end(),
                    [](const ConsumerFacts& consumer) { return consumer.counts(); }));
}

std::string durationInWords(std::uint64_t nanoseconds) {
  constexpr std::uint64_t millisecond = 1'000'000;
  constexpr std::uint64_t second = 1'000 * millisecond;
  constexpr std::uint64_t minute = 60 * second;
  constexpr std::uint64_t hour = 60 * minute;
  if (nanoseconds >= 2 * hour) return std::to_string(nanoseconds / hour) + " h";
  if (nanoseconds >= 2 * minute) return std::to_string(nanoseconds / minute) + " min";
  if (nanoseconds < second) return std::to_string(nanoseconds / millisecond) + " ms";
  const std::uint64_t tenths = nanoseconds / (second / 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string describe(const ConsumerFacts& consumer) {
  const std::string where =
      "(row " + std::to_string(consumer.row) + ", " + detail::describe(consumer.process) + ")";
  return consumer.name.empty() ? "a consumer without a name " + where
                               : "consumer '" + printable(consumer.name) + "' " + where;
}

std::string recordNameOf(const detail::Header& header) {
  return {header.recordName.begin(),
          std::find(header.recordName.begin(), header.recordName.end(), '\0')};
}

}  // namespace sluice::inspect
