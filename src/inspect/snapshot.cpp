#include "sluice/inspect/snapshot.hpp"

#include <algorithm>

#include "bytes.hpp"

namespace sluice::inspect {

bool Snapshot::healthy() const noexcept {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.severity == Severity::fault; });
}

std::string describe(const ConsumerFacts& consumer) {
  const std::string where =
      "(row " + std::to_string(consumer.row) + ", " + platform::describe(consumer.process) + ")";
  return consumer.name.empty() ? "a consumer without a name " + where
                               : "consumer '" + printable(consumer.name) + "' " + where;
}

std::string printable(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

std::string recordNameOf(const layout::Header& header) {
  return {header.recordName.begin(),
          std::find(header.recordName.begin(), header.recordName.end(), '\0')};
}

}  // namespace sluice::inspect
