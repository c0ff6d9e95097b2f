#include "complaints.hpp"

#include <cstdio>

#include "os/printable.hpp"

namespace shm_merge {

void Complaints::add(std::string_view text) {
  if (!told_.emplace(text).second) return;
  std::fprintf(stderr, "shm-merge: %s\n", sluice::detail::printable(text).c_str());
}

}  // namespace shm_merge
