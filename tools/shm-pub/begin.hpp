// What publishing messages and publishing records begin with.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "options.hpp"
#include "publish.hpp"
#include "sluice/error.hpp"
#include "sluice/status.hpp"

namespace shm_pub {

/// The exit status where a segment can be neither created nor continued.
inline int complainOf(const sluice::Error& error) {
  const bool isRefusal =
      error.code == sluice::ErrorCode::inUse || error.code == sluice::ErrorCode::ended;
  return complain(error.message(), isRefusal ? refused : failed);
}

/// The exit status where the consumers that were asked for do not come.
template <class Producer>
std::optional<int> waitForConsumers(Producer& ring, const Options& options) {
  const std::vector<std::string_view> names(options.waitFor.begin(), options.waitFor.end());
  const auto status = ring.waitForConsumers(names);
  if (status == sluice::Status::ok) return std::nullopt;
  return complain(nameOf(status), refused);
}

}  // namespace shm_pub
