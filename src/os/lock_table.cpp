#include "os/lock_table.hpp"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <string>

#include "os/cancellation.hpp"

namespace sluice::detail {
namespace {

struct Table {
  std::string text;
  bool isOfOneMoment = true;
};

/// The kernel gives the table in pieces of a page, each of which is of one moment.
std::optional<Table> readTable() {
  const CancellationDisabled whole;
  const int descriptor = ::open("/proc/locks", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  Table table;
  std::array<char, 4096> piece;
  ssize_t got = 0;
  while ((got = ::read(descriptor, piece.data(), piece.size())) > 0 ||
         (got < 0 && errno == EINTR)) {
    if (got < 0) continue;
    table.isOfOneMoment = table.text.empty();
    table.text.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  return got == 0 ? std::optional(std::move(table)) : std::nullopt;
}

/// As the table has it: the device's numbers in hexadecimal, the inode's in decimal.
std::string inTable(const FileId& file) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%llu", major(file.device), minor(file.device),
                static_cast<unsigned long long>(file.inode));
  return text.data();
}

/// A line: "1: OFDLCK ADVISORY  WRITE -1 00:1a:1234 2305843009213693952 2305843009213693952".
bool hasWriteLock(const std::string& table, const std::string& wanted, std::uint64_t byte) {
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
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

}  // namespace

/// Between two pieces the kernel counts lines, so a lock that is released then hides another for
/// once. A lock that is not found is looked for again, unless all was of one moment.
std::optional<bool> isWriteLocked(const FileId& file, std::uint64_t byte) {
  constexpr int looks = 3;
  const std::string wanted = inTable(file);
  for (int look = 0; look < looks; ++look) {
    const auto table = readTable();
    if (!table) return std::nullopt;
    if (hasWriteLock(table->text, wanted, byte)) return true;
    if (table->isOfOneMoment) break;
  }
  return false;
}

}  // namespace sluice::detail
