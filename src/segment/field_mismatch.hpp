// Which field of a record differs.
#pragma once

#include "segment/checked_file.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/error.hpp"

namespace sluice::detail {

/// The error of a record whose fingerprint is not the expected one, made to name the first field
/// that differs as the segment's schema tells it. Any other error as it is.
Error withFieldNamed(const CheckedFile& segment, const Expectation& expectation, Error error);

}  // namespace sluice::detail
