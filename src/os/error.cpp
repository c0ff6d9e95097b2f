#include "sluice/error.hpp"

#include <utility>

namespace sluice {

const char* nameOf(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalidArgument:
      return "invalidArgument";
    case ErrorCode::notFound:
      return "notFound";
    case ErrorCode::alreadyExists:
      return "alreadyExists";
    case ErrorCode::inUse:
      return "inUse";
    case ErrorCode::full:
      return "full";
    case ErrorCode::denied:
      return "denied";
    case ErrorCode::notASegment:
      return "notASegment";
    case ErrorCode::incompatible:
      return "incompatible";
    case ErrorCode::recordMismatch:
      return "recordMismatch";
    case ErrorCode::ended:
      return "ended";
    case ErrorCode::timedOut:
      return "timedOut";
    case ErrorCode::stopped:
      return "stopped";
    case ErrorCode::system:
      return "system";
  }
  return "unknown";
}

std::string Error::message() const {
  std::string text;
  const auto add = [&text](const char* before, const std::string& part) {
    if (part.empty()) return;
    if (!text.empty()) text += before;
    text += part;
  };
  if (!segment.empty()) text = "segment " + segment;
  add(": ", field);
  if (!found.empty()) add(": ", "found " + found);
  if (!expected.empty()) add(", ", "expected " + expected);
  add("; ", advice);
  return text.empty() ? nameOf(code) : text;
}

Exception::Exception(Error error) : std::runtime_error(error.message()), error_(std::move(error)) {}

namespace detail {

void fail(const Error& error) {
  throw Exception(error);
}

}  // namespace detail
}  // namespace sluice
