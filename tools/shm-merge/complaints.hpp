// What is told on standard error.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace shm_merge {

/// Writes each text once, after the name of the program.
class Complaints {
 public:
  void add(std::string_view text);

 private:
  std::set<std::string, std::less<>> told_;
};

}  // namespace shm_merge
