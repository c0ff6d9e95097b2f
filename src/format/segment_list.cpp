#include "format/segment_list.hpp"

#include <cstring>

#include "format/header.hpp"
#include "format/image.hpp"
#include "os/segment_file.hpp"

namespace sluice::detail {

bool beginsAsSegment(const SegmentFile& file) {
  const auto start = bytesAt(file, 0, magic.size());
  return start && std::memcmp(start->data(), magic.data(), magic.size()) == 0;
}

Result<std::vector<std::string>> segmentsIn(const std::string& directory) {
  auto names = listFiles(directory);
  if (!names) return names;
  std::erase_if(*names, [&directory](const std::string& name) {
    const SegmentPath path{directory, name};
    if (!checkFileName(path)) return true;
    const auto file = SegmentFile::open(path);
    return !file || !beginsAsSegment(*file);
  });
  return names;
}

}  // namespace sluice::detail
