#include "os/system_error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace sluice::detail {
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

}  // namespace sluice::detail
