#include "c/last_error.hpp"

namespace sluice::c {

namespace {

struct LastError {
  Error error;
  std::string message;
  sluice_error parts{0, "", "", "", "", "", ""};
};

LastError& lastOfThread() noexcept {
  thread_local LastError last;
  return last;
}

}  // namespace

int keepError(const Error& error) noexcept {
  try {
    LastError& last = lastOfThread();
    last.error = error;
    last.message = error.message();
    last.parts = {numberOf(error.code),     last.message.c_str(),     last.error.segment.c_str(),
                  last.error.field.c_str(), last.error.found.c_str(), last.error.expected.c_str(),
                  last.error.advice.c_str()};
    return last.parts.code;
  } catch (const std::bad_alloc&) {
    return keepNoMemory();
  }
}

int keepNoMemory() noexcept {
  lastOfThread().parts = {numberOf(ErrorCode::system), "out of memory", "", "", "", "", ""};
  return numberOf(ErrorCode::system);
}

int refuse(const char* argument, const char* found, const char* expected,
           const char* advice) noexcept {
  try {
    return keepError({ErrorCode::invalidArgument, "", argument, found, expected, advice});
  } catch (const std::bad_alloc&) {
    return keepNoMemory();
  }
}

int refuseNull(const char* argument) noexcept {
  return refuse(argument, "a null pointer", "an address");
}

}  // namespace sluice::c

const char* sluice_last_error() {
  return sluice::c::lastOfThread().parts.message;
}

const sluice_error* sluice_last_error_parts() {
  return &sluice::c::lastOfThread().parts;
}
