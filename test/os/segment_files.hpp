// What the tests of a segment's file begin with: a directory of their own, and files in it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "os/segment_file.hpp"
#include "support/scratch_directory.hpp"

namespace sluice::detail {

class SegmentFiles : public ::testing::Test {
 protected:
  SegmentPath path(const std::string& name = "ticks") const { return {directory_.path(), name}; }

  SegmentFile createUnnamed(const std::string& name = "ticks", unsigned mode = 0600) const {
    return SegmentFile::createUnnamed(path(name), mode).value();
  }
  SegmentFile create(const std::string& name = "ticks", unsigned mode = 0600) const {
    SegmentFile file = createUnnamed(name, mode);
    file.link().value();
    return file;
  }
  SegmentFile open(Access access = Access::readWrite) const {
    return SegmentFile::open(path(), access).value();
  }
  ErrorCode codeOfOpening(const std::string& name, Access access = Access::readOnly) const {
    return SegmentFile::open(path(name), access).error().code;
  }
  std::vector<std::string> names() const { return listFiles(directory_.path()).value(); }

  testing::ScratchDirectory directory_;
};

}  // namespace sluice::detail
