#include "sluice/platform/result.hpp"

#include <cerrno>
#include <system_error>
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

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw Exception(error);
}

namespace platform {
namespace {

ErrorCode codeOf(int errorNumber) {
  switch (errorNumber) {
    case ENOENT:
      return ErrorCode::notFound;
    case EEXIST:
      return ErrorCode::alreadyExists;
    case EACCES:
    case EPERM:
      return ErrorCode::denied;
    case ENOSPC:
    case ENOMEM:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::full;
    default:
      return ErrorCode::system;
  }
}

const char* adviceFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::notFound:
      return "check the name and the directory, or start the producer first";
    case ErrorCode::alreadyExists:
      return "choose another name, open the existing one, or replace it";
    case ErrorCode::denied:
      return "run as the user that created it, or create it with a wider mode";
    case ErrorCode::full:
      return "free memory or choose a smaller ring";
    default:
      return "";
  }
}

}  // namespace

Error systemError(std::string segment, std::string call, int errorNumber) {
  const ErrorCode code = codeOf(errorNumber);
  return {code, std::move(segment), std::move(call), std::generic_category().message(errorNumber),
          "",   adviceFor(code)};
}

}  // namespace platform
}  // namespace sluice
