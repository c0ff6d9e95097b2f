#include "support/machine.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace sluice::bench {
namespace {

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
  return {
    processorName(), std::thread::hardware_concurrency(),
        std::string(kernel.sysname) + ' ' + kernel.release,
#if defined(__clang__)
        "clang " __clang_version__,
#else
        "g++ " __VERSION__,
#endif
        pages* pageSize >> 20U
  };
}

}  // namespace sluice::bench
