#include "comparison/comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sluice::bench {

const char* nameOf(Kind kind) noexcept {
  switch (kind) {
    case Kind::bound:
      return "bound";
    case Kind::floor:
      return "floor";
    case Kind::peer:
      return "peer";
    default:
      return "sluice";
  }
}

std::string headingOf(const Comparison& comparison) {
  const Parameters& parameters = comparison.parameters;
  std::vector<std::string> parts;
  if (parameters.recordBytes != 0) parts.push_back(fmt::format("{} B", parameters.recordBytes));
  if (parameters.producers > 1) parts.push_back(fmt::format("from {}", parameters.producers));
  if (parameters.consumers > 1) parts.push_back(fmt::format("to {}", parameters.consumers));
  if (parameters.batch == 1) parts.emplace_back("one at a time");
  if (parameters.batch > 1) parts.push_back(fmt::format("batches of {}", parameters.batch));
  if (!parameters.waiting.empty()) parts.push_back(parameters.waiting);
  if (parameters.processors == 1) parts.emplace_back("on one processor");
  if (!parameters.subject.empty()) parts.push_back(parameters.subject);
  return fmt::format("{}: {}", comparison.workload, fmt::join(parts, ", "));
}

}  // namespace sluice::bench
