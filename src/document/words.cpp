#include "document/words.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>

namespace sluice::document {

namespace {

/// A number without a name is shown as it is.
template <class Enum, std::size_t size>
std::string chosen(Enum value, const std::array<std::string_view, size>& names) {
  const auto number = static_cast<std::uint32_t>(value);
  if (number < size && !names[number].empty()) return std::string(names[number]);
  return fmt::format("unknown ({})", number);
}

}  // namespace

std::string nameOf(SlotLayout layout) {
  return chosen(
      layout, std::array<std::string_view, 5>{"", "stamped", "packed", "stampedLines", "messages"});
}
std::string nameOf(WithoutConsumers choice) {
  return chosen(choice, std::array<std::string_view, 3>{"", "runOn", "wait"});
}
std::string nameOf(WakeProtocol protocol) {
  return chosen(protocol, std::array<std::string_view, 4>{"", "fence", "membarrier", "none"});
}
std::string nameOf(detail::ProducerState state) {
  return chosen(state, std::array<std::string_view, 4>{"none", "live", "left", "closed"});
}
std::string nameOf(detail::RowState state) {
  return chosen(state, std::array<std::string_view, 3>{"free", "live", "evicted"});
}
std::string nameOf(OnDeath policy) {
  return chosen(policy, std::array<std::string_view, 3>{"", "release", "hold"});
}
std::string nameOf(FieldKind kind) {
  return chosen(kind, std::array<std::string_view, 6>{"bytes", "signedInteger", "unsignedInteger",
                                                      "real", "text", "boolean"});
}
std::string nameOf(inspect::Severity severity) {
  return severity == inspect::Severity::fault ? "fault" : "note";
}

std::string nameOf(const inspect::Snapshot& snapshot) {
  return snapshot.path.substr(snapshot.path.rfind('/') + 1);
}

std::string timeOf(std::uint64_t realtime) {
  const auto seconds = static_cast<std::time_t>(realtime / 1'000'000'000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

}  // namespace sluice::document
