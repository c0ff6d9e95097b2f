// How a send went.
#pragma once

#include <cstddef>

#include "sluice/status.hpp"

namespace sluice {

/// How many records were sent, always the first ones, and why not more.
struct Sent {
  std::size_t count = 0;
  Status status = Status::ok;  ///< Status::ok when all of them were
};

}  // namespace sluice
