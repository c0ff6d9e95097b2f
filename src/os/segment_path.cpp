#include "os/segment_path.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "os/printable.hpp"

namespace sluice::detail {
namespace {

/// As it was given where the present directory has no name any more.
std::string absolute(std::string_view directory) {
  std::error_code failed;
  const bool isRelative = !directory.empty() && !directory.starts_with('/');
  const std::string here = isRelative ? std::filesystem::current_path(failed).string() : "";
  if (!isRelative || failed) return std::string(directory);
  while (directory.starts_with("./"))
    directory.remove_prefix(std::min(directory.find_first_not_of('/', 1), directory.size()));
  return directory.empty() || directory == "." ? here : here + "/" + std::string(directory);
}

constexpr std::size_t longestOfOurs = 200;
constexpr std::size_t longestOfAll = 255;

Error badName(const SegmentPath& path, std::size_t longest, const char* andNoMore) {
  return Error{ErrorCode::invalidArgument,
               printable(path.string()),
               "name",
               "'" + printable(path.name) + "'",
               "1 to " + std::to_string(longest) +
                   " bytes that do not begin with '.' and hold no '/'" + andNoMore,
               "choose another name; the directory is an option of its own"};
}

bool isPlain(std::string_view name, std::size_t longest) noexcept {
  return !name.empty() && name.size() <= longest && name.front() != '.' &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Result<void> checkDirectoryIsGiven(const SegmentPath& path) {
  if (!path.directory.empty()) return {};
  return Error{ErrorCode::invalidArgument,
               printable(path.name),
               "directory",
               "an empty text",
               "a directory's path",
               "leave the option out for the default, /dev/shm"};
}

}  // namespace

SegmentPath::SegmentPath(std::string_view inDirectory, std::string_view itsName)
    : directory(absolute(inDirectory)), name(itsName) {}

bool hasControlCharacter(std::string_view text) noexcept {
  constexpr char lastOfAscii = '\x7f';
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == lastOfAscii;
  });
}

Result<void> checkName(const SegmentPath& path) {
  if (auto given = checkDirectoryIsGiven(path); !given) return given;
  if (isPlain(path.name, longestOfOurs) && !hasControlCharacter(path.name)) return {};
  return badName(path, longestOfOurs, " and no control character");
}

Result<void> checkFileName(const SegmentPath& path) {
  if (auto given = checkDirectoryIsGiven(path); !given) return given;
  if (isPlain(path.name, longestOfAll)) return {};
  return badName(path, longestOfAll, "");
}

}  // namespace sluice::detail
