// What a look says of pages whose numbers cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "inspect/image_file.hpp"
#include "inspect/look.hpp"

namespace sluice::inspect {
namespace {

using detail::ProducerState;
using detail::RowState;
using detail::RowWord;
using testing::faultsOf;
using ::testing::HasSubstr;
using testing::ImageFile;
using testing::SegmentImage;

constexpr auto relaxed = std::memory_order_relaxed;

struct Damage {
  const char* finding;
  std::function<void(SegmentImage&)> apply;
};

class DamagedPage : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedPage, IsFoundAndSaidInWords) {
  ImageFile file;
  file.image.publish(20);
  file.image.join(1, "risk", 15);
  file.save();
  const auto consumer = file.holdLease(detail::consumerParticipant(1));
  EXPECT_EQ(faultsOf(file.look()), "");
  GetParam().apply(file.image);
  EXPECT_THAT(faultsOf(file.look()), HasSubstr(GetParam().finding));
}

INSTANTIATE_TEST_SUITE_P(
    Look, DamagedPage,
    ::testing::Values(
        Damage{"the cursor (25) is ahead of what was claimed (19)",
               [](SegmentImage& i) { i.producer().cursor.sequence.store(25, relaxed); }},
        Damage{"ahead of what is published",
               [](SegmentImage& i) {
                 i.producer().claimed.sequence.store(1000, relaxed);
                 i.producer().limit.sequence.store(1000, relaxed);
               }},
        Damage{"claimed (19) is ahead of the limit (18)",
               [](SegmentImage& i) { i.producer().limit.sequence.store(18, relaxed); }},
        Damage{"the limit (1000) is more than the ring's 16 records ahead",
               [](SegmentImage& i) { i.producer().limit.sequence.store(1000, relaxed); }},
        Damage{"lets the producer overwrite what consumer 'risk'",
               [](SegmentImage& i) { i.producer().limit.sequence.store(32, relaxed); }},
        Damage{"the producer's state is 9",
               [](SegmentImage& i) { i.producer().state.store(ProducerState{9}, relaxed); }},
        Damage{"the producer's state is 0",
               [](SegmentImage& i) { i.producer().state.store(ProducerState::none, relaxed); }},
        Damage{"the producer's term is 0",
               [](SegmentImage& i) { i.producer().term.store(0, relaxed); }},
        Damage{"has committed 30, ahead of 19",
               [](SegmentImage& i) { i.consumer(1).cursor.sequence.store(30, relaxed); }},
        Damage{"is 18 records behind what was claimed, more than the ring's 16",
               [](SegmentImage& i) {
                 i.consumer(1).cursor.sequence.store(1, relaxed);
                 i.consumer(1).joinedAt.store(2, relaxed);
               }},
        Damage{"(row 1",
               [](SegmentImage& i) {
                 i.consumer(1).row.store(RowWord::of(1, RowState{7}).word, relaxed);
               }},
        Damage{"has policy 0 on death",
               [](SegmentImage& i) { i.consumer(1).onDeath.store(OnDeath{0}, relaxed); }},
        Damage{"has a name that does not end",
               [](SegmentImage& i) { i.consumer(1).name.fill('x'); }},
        Damage{"runs after row 40, which cannot be",
               [](SegmentImage& i) { i.consumer(1).upstream[5].store(41, relaxed); }},
        Damage{"runs after row 1, which cannot be",
               [](SegmentImage& i) { i.consumer(1).upstream[0].store(2, relaxed); }},
        Damage{"reserved bytes of the producer's page are not zero",
               [](SegmentImage& i) { i.producer().claimed.reserved[7] = 1; }},
        Damage{"reserved bytes of the producer's page are not zero",
               [](SegmentImage& i) { i.producer().reserved.back() = 1; }},
        Damage{"reserved bytes of row 2 are not zero",
               [](SegmentImage& i) { i.consumer(2).reserved.front() = 1; }},
        Damage{"reserved bytes of the membership line are not zero",
               [](SegmentImage& i) { i.view().membership().reserved[3] = 1; }},
        Damage{"reserved bytes of lifeline 3 are not zero",
               [](SegmentImage& i) { i.view().lifeline(3).reserved[3] = 1; }},
        Damage{"the schema is damaged", [](SegmentImage& i) { i.bytes()[4096] = std::byte{'x'}; }},
        Damage{"before this machine was started",
               [](SegmentImage& i) { i.header().bootId[0] ^= 1; }},
        Damage{"capacity: found 17, expected a power of two",
               [](SegmentImage& i) { i.header().capacity = 17; }}));

}  // namespace
}  // namespace sluice::inspect
