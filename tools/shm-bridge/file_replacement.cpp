#include "file_replacement.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace shm_bridge {

std::error_code replaceFile(const std::string& path, std::string_view content) {
  const std::string fresh = path + ".new";
  errno = 0;
  std::ofstream file(fresh, std::ios::trunc);
  file << content;
  file.close();
  if (!file) return {errno != 0 ? errno : EIO, std::generic_category()};
  std::error_code error;
  std::filesystem::rename(fresh, path, error);
  return error;
}

}  // namespace shm_bridge
