// A file that is mapped, and what the kernel says of a mapping, for the tests of mappings.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "os/mapping.hpp"
#include "support/new_file.hpp"
#include "support/unique_name.hpp"

namespace sluice::detail {

inline const std::uint64_t page = pageSize();

/// The entries of /proc/self/smaps that lie in the range, as text.
inline std::vector<std::string> memoryEntries(const std::byte* base, std::uint64_t size) {
  const auto begin = reinterpret_cast<std::uintptr_t>(base);
  std::vector<std::string> entries;
  std::ifstream file("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    char dash = 0;
    if (words >> std::hex >> from >> dash >> to && dash == '-') {
      inside = from < begin + size && to > begin;
      if (inside) entries.emplace_back();
    }
    if (inside) entries.back() += line + "\n";
  }
  return entries;
}

class Mappings : public ::testing::Test {
 protected:
  void SetUp() override { file_.done(file_.allocate(4 * page)); }

  Result<Mapping> map(const std::vector<MappedPart>& parts, const MemoryOptions& options = {}) {
    return Mapping::map(name_.path(), file_.descriptor(), 4 * page, parts, options);
  }
  /// All of it, writable.
  Mapping mapAll(const MemoryOptions& options = {}) {
    return map({{0, 4 * page, Access::readWrite}}, options).value();
  }
  Mapping mapFirstPageReadOnly() {
    return map({{0, page, Access::readOnly}, {page, 3 * page, Access::readWrite}}).value();
  }

  testing::SegmentName name_;
  testing::FileToBe file_{name_.path()};
};

}  // namespace sluice::detail
