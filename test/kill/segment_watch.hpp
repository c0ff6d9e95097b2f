// Sees whether a segment changes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sluice::kill {

/// The bytes of a segment's file, looked at again and again; nothing as long as there is no file.
class SegmentWatch {
 public:
  explicit SegmentWatch(std::string path) : path_(std::move(path)) {}
  ~SegmentWatch() { forget(); }
  SegmentWatch(const SegmentWatch&) = delete;
  SegmentWatch& operator=(const SegmentWatch&) = delete;

  /// True when it is not as it was at the last look.
  bool hasChanged();
  /// Looks for the file anew.
  void reopen();

 private:
  void forget() noexcept;

  std::string path_;
  const std::byte* bytes_ = nullptr;
  std::vector<std::byte> last_;
};

}  // namespace sluice::kill
