#include "support/machine.hpp"

#include <fmt/chrono.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

namespace sluice::bench {
namespace {

#if defined(__clang__)
constexpr const char* compiler = "clang " __clang_version__;
#else
constexpr const char* compiler = "g++ " __VERSION__;
#endif

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

}  // namespace

Machine thisMachine() {
  utsname kernel{};
  ::uname(&kernel);
  const auto pages = static_cast<unsigned long>(::sysconf(_SC_PHYS_PAGES));
  const auto pageSize = static_cast<unsigned long>(::sysconf(_SC_PAGESIZE));
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return {.processor = processorName(),
          .processors = std::thread::hardware_concurrency(),
          .kernel = std::string(kernel.sysname) + ' ' + kernel.release,
          .compiler = compiler,
          .mebibytes = pages * pageSize >> 20U,
          .library = SLUICE_VERSION,
          .date = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now))};
}

}  // namespace sluice::bench
