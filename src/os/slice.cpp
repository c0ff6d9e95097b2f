#include "os/slice.hpp"

#ifndef SLUICE_SLICE_MS
#define SLUICE_SLICE_MS 250
#endif

namespace sluice::detail {

constinit const std::chrono::milliseconds slice{SLUICE_SLICE_MS};

}  // namespace sluice::detail
