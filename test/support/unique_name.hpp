// Names in /dev/shm that no other test uses.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <span>
#include <string>

#include "format/header.hpp"
#include "os/lease_file.hpp"
#include "os/segment_file.hpp"
#include "sluice/policy.hpp"

namespace sluice::testing {

/// A name of its own, in the default directory; whatever has it in the end is removed, with its
/// lease file.
class SegmentName {
 public:
  SegmentName()
      : name_("sluice-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter++)) {}
  ~SegmentName() {
    if (const auto file = detail::SegmentFile::open(path())) {
      detail::SegmentId id{};
      static_cast<void>(
          file->read(offsetof(detail::Header, id), std::as_writable_bytes(std::span(id))));
      detail::LeaseFile::openOrUnknown(path(), id).remove();
    }
    static_cast<void>(detail::removeFile(path()));
  }
  SegmentName(const SegmentName&) = delete;
  SegmentName& operator=(const SegmentName&) = delete;

  const std::string& str() const noexcept { return name_; }
  detail::SegmentPath path() const { return {std::string(defaultDirectory), name_}; }

 private:
  static inline std::atomic<int> counter{0};
  std::string name_;
};

}  // namespace sluice::testing
