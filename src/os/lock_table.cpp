#include "os/lock_table.hpp"

#include <sys/sysmacros.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace sluice::detail {
namespace {

/// As the table has it: the device's numbers in hexadecimal, the inode's in decimal.
std::string inTable(const FileId& file) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%llu", major(file.device), minor(file.device),
                static_cast<unsigned long long>(file.inode));
  return text.data();
}

}  // namespace

/// A line: "1: OFDLCK ADVISORY  WRITE -1 00:1a:1234 2305843009213693952 2305843009213693952".
std::optional<bool> isWriteLocked(const FileId& file, std::uint64_t byte) {
  std::ifstream table("/proc/locks");
  if (!table) return std::nullopt;
  const std::string wanted = inTable(file);
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string skipped;
    std::string kind;
    std::string type;
    std::string place;
    std::string last;
    std::uint64_t first = 0;
    words >> skipped >> kind >> skipped >> type >> skipped >> place >> first >> last;
    if (!words) continue;
    if (kind != "OFDLCK" || type != "WRITE" || place != wanted || first > byte) continue;
    if (last == "EOF" || std::stoull(last) >= byte) return true;
  }
  return false;
}

}  // namespace sluice::detail
