// A reader of many rings in an event loop.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>

#include "fan_in.hpp"
#include "support/readable.hpp"

namespace sluice {
namespace {

using testing::becomesReadable;
using testing::isReadable;

TEST(FanInDescriptor, IsReadableWhenThereIsAnEvent) {
  RingDirectory rings;
  auto in = rings.open();
  const int descriptor = in.readyDescriptor().value();
  EXPECT_EQ(in.arm(), Status::timedOut);
  EXPECT_FALSE(isReadable(descriptor));
  auto later = rings.create("log-later");
  EXPECT_TRUE(becomesReadable(descriptor));
  while (in.tryWait() || in.arm() == Status::ok) {
  }
  EXPECT_EQ(in.size(), 1u);
  publish(later, 1);
  EXPECT_TRUE(becomesReadable(descriptor));
  EXPECT_EQ(in.tryWait().news(), FanInNews::records);
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.arm(), Status::timedOut);
  later.close();
  EXPECT_TRUE(becomesReadable(descriptor));
  EXPECT_EQ(in.arm(), Status::ok);
  EXPECT_EQ(in.tryWait().news(), FanInNews::ended);
}

TEST(FanInDescriptor, IsReadableUntilEveryRefusedNameIsTold) {
  RingDirectory rings;
  for (const std::string name : {"log-1", "log-2"})
    std::ofstream(rings.pathOf(name)) << "not a segment";
  auto in = rings.open();
  ASSERT_TRUE(in.readyDescriptor());
  for (int told = 0; told < 2; ++told) {
    EXPECT_EQ(in.arm(), Status::ok);
    EXPECT_EQ(in.tryWait().news(), FanInNews::refused);
  }
  EXPECT_EQ(in.arm(), Status::timedOut);
}

TEST(FanInDescriptor, GoesWithTheFanInThatIsMoved) {
  RingDirectory rings;
  auto in = rings.open();
  const int descriptor = in.readyDescriptor().value();
  auto moved = std::move(in);
  EXPECT_EQ(moved.readyDescriptor().value(), descriptor);
  EXPECT_EQ(in.readyDescriptor().error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(in.arm(), Status::detached);
}

}  // namespace
}  // namespace sluice
