// Records through shm-sub.
#include <gtest/gtest.h>

#include <string>

#include "pipes.hpp"
#include "support/segment_image.hpp"

namespace sluice {
namespace {

TEST_F(Pipes, WriteRecordsAsJsonByTheirFields) {
  testing::SegmentImage image;
  image.publish(2);
  image.producer().state.store(detail::ProducerState::closed, std::memory_order_relaxed);
  image.save(path());
  EXPECT_EQ(run("$S --from oldest; echo status $?").output,
            "{\"time\":0,\"price\":0.5,\"volume\":-1,\"symbol\":\"ABCD\"}\n"
            "{\"time\":1,\"price\":1.5,\"volume\":-1,\"symbol\":\"ABCD\"}\nstatus 0\n");
}

}  // namespace
}  // namespace sluice
