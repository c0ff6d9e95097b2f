// Which file a name or a descriptor means.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::detail {

/// The object, whatever it is called.
struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;  ///< 0 is of no file
  friend bool operator==(const FileId&, const FileId&) = default;
};

/// Of no file where the descriptor is not open. Does not allocate.
FileId fileIdOf(int descriptor) noexcept;

/// Of no file where there is none of that path. Does not follow a link.
FileId fileIdOf(const char* path) noexcept;

/// True while the path names that very file.
inline bool isFile(const std::string& path, const FileId& id) noexcept {
  return id.inode != 0 && fileIdOf(path.c_str()) == id;
}

}  // namespace sluice::detail
