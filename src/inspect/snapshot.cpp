#include "inspect/snapshot.hpp"

#include <algorithm>

#include "format/image.hpp"

namespace sluice::inspect {

bool Snapshot::healthy() const noexcept {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::fault; });
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
