// What a failed system call means for a user.
#pragma once

#include <string>

#include "sluice/error.hpp"

namespace sluice::detail {

/// An Error for a system call that failed with this errno; picks the code and the advice.
Error systemError(std::string segment, std::string call, int errorNumber);

}  // namespace sluice::detail
