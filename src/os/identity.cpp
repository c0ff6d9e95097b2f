#include "os/identity.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <span>

#include "os/printable.hpp"
#include "os/stat_line.hpp"
#include "os/system_error.hpp"

namespace sluice::detail {

ProcessIdentity currentProcess() {
  struct stat status {};
  const bool known = ::stat("/proc/self/ns/pid", &status) == 0;
  const auto line = readStatLine("self");
  return {static_cast<std::uint64_t>(::getpid()), line ? line->startTime : 0,
          known ? status.st_ino : 0};
}

BootId currentBoot() {
  BootId id{};
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string text;
  std::getline(file, text);
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  if (text.size() != 2 * id.size()) return id;
  for (std::size_t i = 0; i < id.size(); ++i)
    id[i] = static_cast<std::uint8_t>(std::strtoul(text.substr(2 * i, 2).c_str(), nullptr, 16));
  return id;
}

Result<SegmentId> randomSegmentId() {
  SegmentId id{};
  if (::getentropy(id.data(), id.size()) != 0) return systemError("", "getentropy", errno);
  return id;
}

std::string inHex(const SegmentId& id) {
  return inHex(std::as_bytes(std::span(id)));
}

std::string describe(const ProcessIdentity& process) {
  std::string text = "pid " + std::to_string(process.pid);
  const std::uint64_t own = currentProcess().pidNamespace;
  if (process.pidNamespace != 0 && own != 0 && process.pidNamespace != own)
    text += " of another pid namespace";
  return text;
}

}  // namespace sluice::detail
