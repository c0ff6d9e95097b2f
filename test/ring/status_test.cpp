#include "sluice/status.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sluice {
namespace {

TEST(Status, EveryOneHasANameOfItsOwn) {
  std::set<std::string> names;
  const int last = static_cast<int>(Status::allClaimed);
  for (int value = 0; value <= last; ++value)
    names.insert(nameOf(static_cast<Status>(value)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_EQ(names.count("unknown"), 0u);
  EXPECT_STREQ(nameOf(Status::ok), "ok");
  EXPECT_STREQ(nameOf(Status::peerLeft), "peerLeft");
}

}  // namespace
}  // namespace sluice
