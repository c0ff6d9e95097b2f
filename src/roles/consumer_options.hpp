// Whether the options of a consumer can be.
#pragma once

#include <string_view>

#include "sluice/options.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// invalidArgument, which names the option, for what no segment would take.
Result<void> checkConsumerOptions(std::string_view segment, const ConsumerOptions& options);

}  // namespace sluice::detail
