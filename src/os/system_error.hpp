// What a failed system call means for a user.
#pragma once

#include <string>

#include "sluice/error.hpp"

namespace sluice::detail {

/// Which call failed, and with which errno; none when `number` is 0. For code that may not allocate
/// until it has closed what it opened.
struct CallFailure {
  const char* call = "";
  int number = 0;
  explicit operator bool() const noexcept { return number != 0; }
};

/// An Error for a system call that failed with this errno; picks the code and the advice, and names
/// the limit of the process that was reached. `call` is the call's name, and may go on with what it
/// was called for: "mmap of 4096 bytes".
Error systemError(std::string segment, std::string call, int errorNumber);

}  // namespace sluice::detail
