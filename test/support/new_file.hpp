// Files that tests make.
#pragma once

#include "os/new_file.hpp"
#include "sluice/error.hpp"

namespace sluice::testing {

inline constexpr const char* hiddenName = ".sluice-test-new";

/// An open file in the making, of which every call has to succeed.
class FileToBe : public detail::NewFile {
 public:
  explicit FileToBe(const detail::SegmentPath& path, unsigned mode = 0600)
      : NewFile(path, hiddenName, mode) {
    done(open());
  }
  void done(const detail::CallFailure& failure) const {
    if (failure) throw Exception(errorOf(failure));
  }
};

}  // namespace sluice::testing
