#include "complaints.hpp"

#include <cstdio>

#include "os/printable.hpp"

namespace shm_merge {

void complain(std::string_view text) {
  std::fprintf(stderr, "shm-merge: %s\n", sluice::detail::printable(text).c_str());
}

}  // namespace shm_merge
