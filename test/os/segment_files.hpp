// What the tests of a segment's file begin with: a directory of their own, and files in it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "os/new_file.hpp"
#include "os/segment_file.hpp"
#include "support/new_file.hpp"
#include "support/scratch_directory.hpp"

namespace sluice::detail {

using testing::FileToBe;
using testing::hiddenName;

class SegmentFiles : public ::testing::Test {
 protected:
  SegmentPath path(const std::string& name = "ticks") const { return {directory_.path(), name}; }

  void make(const std::string& name = "ticks", unsigned mode = 0600) const {
    FileToBe file(path(name), mode);
    file.done(file.link());
  }
  SegmentFile create(const std::string& name = "ticks") const {
    make(name);
    return SegmentFile::open(path(name)).value();
  }
  SegmentFile open() const { return SegmentFile::open(path()).value(); }
  ErrorCode codeOfOpening(const std::string& name) const {
    return SegmentFile::open(path(name)).error().code;
  }
  /// Of another file of the name.
  ErrorCode codeOfLinking() const {
    FileToBe file(path());
    return file.errorOf(file.link()).code;
  }
  std::vector<std::string> names() const { return listFiles(directory_.path()).value(); }

  testing::ScratchDirectory directory_;
};

}  // namespace sluice::detail
