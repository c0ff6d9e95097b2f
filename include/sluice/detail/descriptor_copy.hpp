// A second number for an open file.
#pragma once

#include "sluice/c/linkage.h"

namespace sluice::detail {

/// A number of the caller's own that means what `descriptor` means, and is not inherited by a
/// program that is executed; below 0 when there can be none, and `error` is an errno.
SLUICE_API int copyDescriptor(int descriptor, int& error) noexcept;

}  // namespace sluice::detail
