#include "roles/consumer_options.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "format/consumer_page.hpp"
#include "os/printable.hpp"

namespace sluice::detail {
namespace {

constexpr std::size_t maxNameLength = sizeof(ConsumerPage::name) - 1;

Error wrongOption(std::string_view segment, const char* option, std::string found,
                  std::string expected, std::string advice) {
  return {ErrorCode::invalidArgument, std::string(segment), option,
          std::move(found),           std::move(expected),  std::move(advice)};
}

Result<void> checkAfter(std::string_view segment, const ConsumerOptions& options) {
  const auto refuse = [segment](std::string found, std::string expected, std::string advice) {
    return wrongOption(segment, "after", std::move(found), std::move(expected), std::move(advice));
  };
  if (options.after.size() > maxConsumerRows)
    return refuse(std::to_string(options.after.size()) + " names",
                  "at most " + std::to_string(maxConsumerRows), "name each consumer once");
  for (const std::string& name : options.after) {
    if (name.empty())
      return refuse("an empty name", "the name of a consumer",
                    "name the consumer that comes first, in its own options too");
    if (name == options.name)
      return refuse("'" + printable(name) + "', this consumer itself", "the names of others",
                    "a consumer that runs after itself would never be given a record");
  }
  return {};
}

}  // namespace

Result<void> checkConsumerOptions(std::string_view segment, const ConsumerOptions& options) {
  if (options.name.size() > maxNameLength || options.name.find('\0') != std::string::npos)
    return wrongOption(segment, "consumer name", std::to_string(options.name.size()) + " bytes",
                       "at most " + std::to_string(maxNameLength) + " bytes without NUL",
                       "choose a shorter name");
  if (options.maxBatch == 0) return wrongOption(segment, "maxBatch", "0", "at least 1", "");
  if (options.onDeath == OnDeath::hold && options.name.empty())
    return wrongOption(segment, "onDeath", "hold, without a consumer name",
                       "a name that a successor can give", "name the consumer");
  if (options.evictAfter < std::chrono::nanoseconds::zero())
    return wrongOption(segment, "evictAfter", std::to_string(options.evictAfter.count()) + " ns",
                       "a duration, or 0 for never", "");
  return checkAfter(segment, options);
}

}  // namespace sluice::detail
