// A name that is to appear in a directory.
#pragma once

#include <string>

#include "os/directory.hpp"
#include "os/segment_path.hpp"
#include "sluice/detail/time_point.hpp"

namespace sluice::detail {

/// Tells whether a name exists, and sleeps until something was created beside it. The kernel may
/// refuse a watch (a user has few); then waiting is no more than sleeping. Used by one thread.
class NameWatch {
 public:
  explicit NameWatch(const SegmentPath& path);
  ~NameWatch();
  NameWatch(const NameWatch&) = delete;
  NameWatch& operator=(const NameWatch&) = delete;

  bool nameExists() const noexcept;

  /// Sleeps until anything was created in the directory or the time is over.
  void wait(TimePoint until) const noexcept;

 private:
  std::string name_;
  int descriptor_;
};

}  // namespace sluice::detail
