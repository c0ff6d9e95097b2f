// The last error of a thread, and the border that no exception crosses.
#pragma once

#include <cxxabi.h>

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "sluice/c/status.h"
#include "sluice/error.hpp"
#include "sluice/status.hpp"

namespace sluice::c {

/// Keeps it for sluice_last_error(), and returns its number.
int keepError(const Error& error) noexcept;
/// The same where nothing may be allocated.
int keepNoMemory() noexcept;

constexpr int numberOf(ErrorCode code) noexcept {
  return -1 - static_cast<int>(code);
}
constexpr int numberOf(Status status) noexcept {
  return static_cast<int>(status);
}

/// Keeps that an argument is wrong.
int refuse(const char* argument, const char* found, const char* expected,
           const char* advice = "") noexcept;
int refuseNull(const char* argument) noexcept;

/// What the call returns, or the number of the error that it throws. The forced unwinding of a
/// thread that is cancelled goes on.
template <class Call>
int guarded(Call call) {
  try {
    return call();
  } catch (const Exception& exception) {
    return keepError(exception.error());
  } catch (const std::bad_alloc&) {
    return keepNoMemory();
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (const std::exception& exception) {
    return refuse("call", exception.what(), "no exception");
  } catch (...) {
    return refuse("call", "an exception", "none");
  }
}

}  // namespace sluice::c
