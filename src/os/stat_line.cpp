#include "os/stat_line.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace sluice::detail {

std::optional<StatLine> readStatLine(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  // The second field is the program's name in parentheses, which may hold anything, so counting
  // starts after the last of them.
  const auto nameEnd = text.rfind(')');
  if (nameEnd == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(nameEnd + 1));
  StatLine line;
  std::string field;
  constexpr int startTimeAfterName = 20;
  for (int i = 1; i <= startTimeAfterName; ++i) {
    if (!(fields >> field)) return std::nullopt;
    if (i == 1) line.state = field.front();
  }
  line.startTime = std::strtoull(field.c_str(), nullptr, 10);
  return line;
}

}  // namespace sluice::detail
