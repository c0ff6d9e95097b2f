// shm-pub: publishes what it reads, as messages or as records. See docs/shm-pub.md.
#include <cstdio>
#include <exception>
#include <string_view>

#include "options.hpp"
#include "os/printable.hpp"
#include "publish.hpp"

int shm_pub::complain(std::string_view text, Exit status) {
  std::fprintf(stderr, "shm-pub: %s\n", sluice::detail::printable(text).c_str());
  return status;
}

int main(int argc, char** argv) try {
  const auto [options, status] = shm_pub::parse(argc, argv);
  if (!options) return status;
  return options->like ? shm_pub::publishRecords(*options) : shm_pub::publishMessages(*options);
} catch (const std::exception& error) {
  return shm_pub::complain(error.what(), shm_pub::failed);
}
