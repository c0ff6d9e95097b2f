// NAME and --directory, as the tools take them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace segment_tools {

/// A segment's name, and the directory where it is.
struct NameArgument {
  std::string directory;
  std::string name;
};

/// A NAME with a slash in it is a path: "/dev/shm/ticks", "./ticks". Nothing when a directory was
/// given as well.
inline std::optional<NameArgument> nameArgument(std::string_view name, std::string_view directory,
                                                bool isDirectoryGiven) {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos)
    return NameArgument{std::string(directory), std::string(name)};
  if (isDirectoryGiven) return std::nullopt;
  const std::string_view before = slash == 0 ? "/" : name.substr(0, slash);
  return NameArgument{std::string(before), std::string(name.substr(slash + 1))};
}

}  // namespace segment_tools
