// Where a segment is.
#pragma once

#include <string>
#include <string_view>

#include "sluice/result.hpp"

namespace sluice::detail {

/// A directory and a plain name in it. A relative directory is taken from where the process is when
/// the path is made: a later chdir changes nothing.
struct SegmentPath {
  SegmentPath(std::string_view inDirectory, std::string_view itsName);

  std::string string() const { return directory + "/" + name; }

  std::string directory;
  std::string name;
};

/// invalidArgument unless there is a directory, and the name is 1 to 200 bytes, has no '/' and no
/// control character, and does not start with '.'.
Result<void> checkName(const SegmentPath& path);

/// The same with up to 255 bytes, control characters among them: what is there can be looked at and
/// removed, whichever program made it.
Result<void> checkFileName(const SegmentPath& path);

/// True when the text has a byte that would steer a terminal or end a line.
bool hasControlCharacter(std::string_view text) noexcept;

}  // namespace sluice::detail
