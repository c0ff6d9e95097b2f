// Why a set-up call failed, in words that say what to do.
#pragma once

#include <stdexcept>
#include <string>

#include "sluice/c/linkage.h"

namespace sluice {

enum class ErrorCode {
  invalidArgument,  ///< an option or argument is outside its range; nothing was touched
  notFound,         ///< no segment of that name
  alreadyExists,    ///< the name is taken
  inUse,            ///< a living participant, or a held row, has what was asked for
  full,             ///< no free row, or no room in the file system
  denied,           ///< the kernel refused for lack of permission
  notASegment,      ///< the file is not a Sluice segment, or its header is damaged
  incompatible,     ///< a segment of another format version, byte order or wake protocol
  recordMismatch,   ///< the record type differs from the one the segment was created for
  ended,            ///< the stream was closed for good
  timedOut,         ///< the deadline passed first
  stopped,          ///< the stop token asked to give up
  system            ///< any other failure of a system call
};

/// The code's own name, for messages and logs: "notFound".
SLUICE_API const char* nameOf(ErrorCode code) noexcept;

/// Why a set-up call failed. Every text may be empty where it has nothing to say.
struct SLUICE_API Error {
  ErrorCode code = ErrorCode::system;
  std::string segment{};   ///< the segment's path, as used
  std::string field{};     ///< the option, header field or system call that is wrong
  std::string found{};     ///< what was there
  std::string expected{};  ///< what should have been
  std::string advice{};    ///< what to do

  /// All of it in one line: "segment /dev/shm/ticks: capacity: found 3, expected ...; advice".
  std::string message() const;
};

/// What `.value()` throws when there is none, and what a claim throws that gives a bare reference
/// and has none to give.
class SLUICE_API Exception : public std::runtime_error {
 public:
  explicit Exception(Error error);
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

namespace detail {

/// Throws Exception. In a program without exceptions nobody catches it, which prints the message
/// and ends the program.
[[noreturn]] SLUICE_API void fail(const Error& error);

}  // namespace detail
}  // namespace sluice
