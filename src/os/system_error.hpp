// What a failed system call means for a user.
#pragma once

#include <string>

#include "sluice/error.hpp"

namespace sluice::detail {

/// An Error for a system call that failed with this errno; picks the code and the advice, and names
/// the limit of the process that was reached. `call` is the call's name, and may go on with what it
/// was called for: "mmap of 4096 bytes".
Error systemError(std::string segment, std::string call, int errorNumber);

}  // namespace sluice::detail
