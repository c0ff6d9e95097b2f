// What is wrong when standard output takes no more.
#pragma once

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

namespace segment_tools {

/// What to say of a write to standard output that has failed with this errno. Nothing where the
/// reader of a pipe has gone away: then it has all that it wanted.
inline std::optional<std::string> outputFailure(int error) {
  if (error == EPIPE) return std::nullopt;
  return "standard output cannot be written: " + std::generic_category().message(error);
}

}  // namespace segment_tools
