// Bad input to sluice.h: a status and a message, and nothing is touched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <thread>

#include "c_options.hpp"
#include "sluice/untyped.hpp"
#include "support/eventually.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A ring of Tick with a consumer and an observer.
class Refusals : public ::testing::Test {
 protected:
  Refusals() {
    creating.struct_size = sizeof creating;
    creating.record = record.get();
    creating.capacity = 8;
    EXPECT_EQ(sluice_producer_create(name.str().c_str(), &creating, &ring), SLUICE_OK);
    EXPECT_EQ(sluice_consumer_attach(name.str().c_str(), nullptr, &in), SLUICE_OK);
    EXPECT_EQ(sluice_observer_attach(name.str().c_str(), nullptr, &observer), SLUICE_OK);
  }
  ~Refusals() override {
    EXPECT_EQ(sluice_observer_destroy(observer), SLUICE_OK);
    EXPECT_EQ(sluice_consumer_destroy(in), SLUICE_OK);
    EXPECT_EQ(sluice_producer_destroy(ring), SLUICE_OK);
  }

  /// What a create with these options says.
  std::string refused(const sluice_producer_options& options) const {
    sluice_producer* made = nullptr;
    const testing::SegmentName other;
    EXPECT_EQ(sluice_producer_create(other.str().c_str(), &options, &made),
              SLUICE_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(made, nullptr);
    return sluice_last_error();
  }

  testing::SegmentName name;
  const RecordOfC record{describeRecord<Tick>()};
  sluice_producer_options creating{};
  sluice_producer* ring = nullptr;
  sluice_consumer* in = nullptr;
  sluice_observer* observer = nullptr;
};

constexpr int invalid = SLUICE_ERROR_INVALID_ARGUMENT;

TEST_F(Refusals, AreOfNullHandlesInEveryCallOfARole) {
  sluice_batch batch;
  void* place = nullptr;
  sluice_claim claim;
  Tick tick{};
  EXPECT_EQ(sluice_producer_claim_one(nullptr, SLUICE_FOREVER, &place), invalid);
  EXPECT_THAT(sluice_last_error(), StartsWith("handle: found a null pointer"));
  EXPECT_EQ(sluice_producer_claim(nullptr, 1, SLUICE_FOREVER, &claim), invalid);
  EXPECT_EQ(sluice_producer_publish(nullptr), invalid);
  EXPECT_EQ(sluice_producer_publish_first(nullptr, 1), invalid);
  EXPECT_EQ(sluice_producer_abandon(nullptr), invalid);
  EXPECT_EQ(sluice_producer_send(nullptr, &tick, sizeof tick, 1, SLUICE_FOREVER, nullptr), invalid);
  EXPECT_EQ(sluice_producer_close(nullptr), invalid);
  EXPECT_EQ(sluice_producer_arm(nullptr), invalid);
  EXPECT_EQ(sluice_producer_record(nullptr), nullptr);
  EXPECT_EQ(sluice_producer_capacity(nullptr), 0u);
  EXPECT_EQ(sluice_consumer_wait(nullptr, SLUICE_FOREVER, &batch), invalid);
  EXPECT_EQ(sluice_consumer_commit(nullptr), invalid);
  EXPECT_EQ(sluice_consumer_commit_first(nullptr, 1), invalid);
  EXPECT_EQ(sluice_consumer_rewind(nullptr), invalid);
  EXPECT_EQ(sluice_consumer_resign(nullptr), invalid);
  EXPECT_EQ(sluice_consumer_status(nullptr), invalid);
  EXPECT_EQ(sluice_consumer_name(nullptr), nullptr);
  EXPECT_EQ(sluice_observer_read(nullptr, &tick, sizeof tick, SLUICE_FOREVER, nullptr), invalid);
  EXPECT_EQ(sluice_producer_destroy(nullptr), SLUICE_OK) << "as free() does";
}

TEST_F(Refusals, AreOfNullPlacesForWhatACallGives) {
  int* const nowhere = nullptr;
  EXPECT_EQ(sluice_producer_create("name", &creating, nullptr), invalid);
  sluice_producer* made = ring;
  EXPECT_EQ(sluice_producer_create(nullptr, &creating, &made), invalid);
  EXPECT_EQ(made, nullptr) << "what is written through the last argument is zeroed";
  EXPECT_EQ(sluice_consumer_wait(in, SLUICE_FOREVER, nullptr), invalid);
  EXPECT_EQ(sluice_observer_read(observer, nullptr, 16, SLUICE_FOREVER, nullptr), invalid);
  EXPECT_EQ(sluice_consumer_ready_descriptor(in, nowhere), invalid);
  EXPECT_EQ(sluice_list_segments(nullptr, nullptr, nullptr), invalid);
  EXPECT_EQ(sluice_dump_segment("name", nullptr, nullptr), invalid);
  EXPECT_EQ(sluice_wait_set_create(nullptr, nullptr), invalid);
}

TEST_F(Refusals, OfAClaimWithoutAPlaceForTheRecordClaimNothing) {
  EXPECT_EQ(sluice_producer_claim_one(ring, SLUICE_FOREVER, nullptr), invalid);
  EXPECT_EQ(sluice_producer_last_claimed(ring), noSequence);
}

TEST_F(Refusals, AreOfStructsOfAnotherSize) {
  creating.struct_size = 0;
  EXPECT_THAT(refused(creating), HasSubstr("struct_size: found 0, expected at least"));
  creating.struct_size = sizeof creating - 1;
  EXPECT_THAT(refused(creating), StartsWith("struct_size: found "));
  creating.struct_size = std::numeric_limits<std::size_t>::max();
  EXPECT_THAT(refused(creating), HasSubstr("newer library"));
}

TEST_F(Refusals, OfALargerStructAreOnlyOfAnOptionThatTheLibraryDoesNotHave) {
  struct Larger {
    sluice_consumer_options known;
    std::uint64_t later;
  } options{};
  options.known.struct_size = sizeof options;
  sluice_consumer* made = nullptr;
  ASSERT_EQ(sluice_consumer_attach(name.str().c_str(), &options.known, &made), SLUICE_OK)
      << sluice_last_error();
  EXPECT_EQ(sluice_consumer_destroy(made), SLUICE_OK);
  options.later = 1;
  EXPECT_EQ(sluice_consumer_attach(name.str().c_str(), &options.known, &made), invalid);
}

TEST_F(Refusals, AreOfNumbersThatNoListHas) {
  creating.when_taken = 3;
  EXPECT_THAT(refused(creating), StartsWith("when_taken: found 3, expected 0 to 2"));
  creating.when_taken = -1;
  EXPECT_THAT(refused(creating), StartsWith("when_taken: found -1"));
  creating.when_taken = 0;
  creating.memory = 8;
  EXPECT_THAT(refused(creating), StartsWith("memory: found 8"));
  creating.memory = 0;
  creating.slot_layout = SLUICE_MESSAGES;
  EXPECT_THAT(refused(creating), StartsWith("slot_layout: found 4"));
}

TEST_F(Refusals, AreOfAReservedMemberThatIsNotZero) {
  sluice_observer_options observing{};
  observing.struct_size = sizeof observing;
  observing.reserved = 1;
  sluice_observer* seen = nullptr;
  EXPECT_EQ(sluice_observer_attach(name.str().c_str(), &observing, &seen), invalid);
  EXPECT_EQ(seen, nullptr);
  EXPECT_THAT(sluice_last_error(), HasSubstr("reserved: found 1, expected 0"));
  sluice_remove_options removing{};
  removing.struct_size = sizeof removing;
  removing.even_if_in_use = 1;
  removing.reserved = -1;
  EXPECT_EQ(sluice_remove_segment(name.str().c_str(), &removing), invalid);
  EXPECT_THAT(sluice_last_error(), HasSubstr("reserved: found -1, expected 0"));
  EXPECT_TRUE(sluice_producer_is_named(ring));
}

TEST_F(Refusals, AreOfRecordsThatAreNone) {
  sluice_field field{"number", 0, 8, 1, SLUICE_UNSIGNED_INTEGER};
  sluice_record wrong{"Wrong", 16, 8, &field, 1};
  creating.record = &wrong;
  field.kind = 6;
  EXPECT_THAT(refused(creating), HasSubstr("record.fields[0]: found kind 6"));
  field = {nullptr, 0, 8, 1, 0};
  EXPECT_THAT(refused(creating), HasSubstr("record.fields[0]: found a null pointer as its name"));
  field = {"far", 12, 8, 1, 0};
  EXPECT_THAT(refused(creating), HasSubstr("far"));
  wrong.fields = nullptr;
  EXPECT_THAT(refused(creating), HasSubstr("record.fields: found a null pointer"));
  wrong = {"Wrong", 16, 3, nullptr, 0};
  EXPECT_THAT(refused(creating), HasSubstr("lignment"));
  creating.record = nullptr;
  EXPECT_THAT(refused(creating), StartsWith("record: found a null pointer"));
}

TEST_F(Refusals, AreOfCountsThatANegativeNumberWasMadeOf) {
  const auto minusOne = static_cast<std::size_t>(-1);
  sluice_claim claim;
  Tick tick{};
  EXPECT_EQ(sluice_producer_claim(ring, minusOne, SLUICE_NOW, &claim), invalid);
  EXPECT_THAT(sluice_last_error(), StartsWith("n: found a negative number"));
  EXPECT_EQ(sluice_producer_publish_first(ring, minusOne), invalid);
  EXPECT_EQ(sluice_producer_send(ring, &tick, sizeof tick, minusOne, SLUICE_NOW, nullptr), invalid);
  EXPECT_EQ(sluice_consumer_commit_first(in, minusOne), invalid);
  EXPECT_EQ(sluice_producer_last_claimed(ring), noSequence);
}

TEST_F(Refusals, AreOfAPlaceThatIsShorterThanTheRecord) {
  std::array<std::byte, 15> place{};
  EXPECT_EQ(sluice_observer_read(observer, place.data(), place.size(), SLUICE_FOREVER, nullptr),
            invalid);
  EXPECT_THAT(sluice_last_error(), StartsWith("size: found 15, expected at least the 16 bytes"));
}

TEST_F(Refusals, AreOfASecondThreadWhileAnotherWaitsInTheHandle) {
  sluice_batch batch;
  std::thread waiter(
      [&] { EXPECT_EQ(sluice_consumer_wait(in, SLUICE_FOREVER, &batch), SLUICE_OK); });
  EXPECT_TRUE(testing::eventually([&] { return sluice_consumer_commit(in) == invalid; }));
  EXPECT_THAT(sluice_last_error(), HasSubstr("another thread that waits in it"));
  EXPECT_EQ(sluice_consumer_destroy(in), invalid) << "and the waiter goes on";
  const Tick tick = Tick::of(0);
  EXPECT_EQ(sluice_producer_send(ring, &tick, sizeof tick, 1, SLUICE_FOREVER, nullptr), SLUICE_OK);
  waiter.join();
  EXPECT_EQ(batch.count, 1u);
}

TEST_F(Refusals, AreOfDestroyingAMemberOfAWaitSet) {
  sluice_wait_set* set = nullptr;
  std::size_t member = 0;
  ASSERT_EQ(sluice_wait_set_create(nullptr, &set), SLUICE_OK);
  ASSERT_EQ(sluice_wait_set_add_consumer(set, in, &member), SLUICE_OK);
  EXPECT_EQ(sluice_consumer_destroy(in), invalid);
  EXPECT_THAT(sluice_last_error(), HasSubstr("a member of a wait set"));
  EXPECT_EQ(sluice_wait_set_remove(set, member), SLUICE_OK);
  EXPECT_EQ(sluice_wait_set_add_consumer(set, in, &member), SLUICE_OK);
  EXPECT_EQ(sluice_wait_set_destroy(set), SLUICE_OK) << "lets its members go";
}

TEST_F(Refusals, AreOfMessagesWithARecordAndOfFinishingWhatIsNotClaimed) {
  const testing::SegmentName other;
  sluice_message_producer* log = nullptr;
  EXPECT_EQ(sluice_message_producer_create(other.str().c_str(), &creating, &log), invalid);
  EXPECT_THAT(sluice_last_error(), StartsWith("record: found a description"));
  creating.record = nullptr;
  ASSERT_EQ(sluice_message_producer_create(other.str().c_str(), &creating, &log), SLUICE_OK)
      << sluice_last_error();
  EXPECT_EQ(sluice_message_producer_finish(log, 1, 0), invalid);
  void* bytes = nullptr;
  ASSERT_EQ(sluice_message_producer_claim(log, 100, SLUICE_FOREVER, &bytes), SLUICE_OK);
  EXPECT_EQ(sluice_message_producer_finish(log, 101, 0), invalid);
  EXPECT_THAT(sluice_last_error(), HasSubstr("found 101 bytes, expected at most the 100"));
  EXPECT_EQ(sluice_message_producer_finish(log, 100, 0), SLUICE_OK);
  EXPECT_EQ(sluice_message_producer_claim(log, 1u << 30, SLUICE_FOREVER, &bytes), SLUICE_TOO_LARGE);
  EXPECT_EQ(sluice_message_producer_destroy(log), SLUICE_OK);
}

TEST_F(Refusals, OfUseAfterTheCloseAreAStatus) {
  ASSERT_EQ(sluice_producer_close(ring), SLUICE_OK);
  void* place = nullptr;
  EXPECT_EQ(sluice_producer_claim_one(ring, SLUICE_FOREVER, &place), SLUICE_CLOSED);
  EXPECT_EQ(place, nullptr);
  EXPECT_EQ(sluice_producer_publish(ring), SLUICE_CLOSED);
}

TEST_F(Refusals, HaveTheTextsOfCpp) {
  sluice_consumer* made = nullptr;
  EXPECT_EQ(sluice_consumer_attach("no-such-segment", nullptr, &made), SLUICE_ERROR_NOT_FOUND);
  EXPECT_EQ(sluice_last_error(), UntypedConsumer::attach("no-such-segment").error().message());
  EXPECT_STREQ(sluice_last_error_parts()->segment, "/dev/shm/no-such-segment");
  EXPECT_STREQ(sluice_status_name(SLUICE_ERROR_NOT_FOUND), "notFound");
  EXPECT_STREQ(sluice_status_name(SLUICE_PEER_DIED), "peerDied");
  EXPECT_STREQ(sluice_status_name(1000), "unknown");
  EXPECT_STREQ(sluice_status_name(std::numeric_limits<int>::min()), "unknown");
}

TEST_F(Refusals, AreRememberedForEachThreadAlone) {
  sluice_consumer_commit(nullptr);
  std::thread([] {
    EXPECT_STREQ(sluice_last_error(), "");
    EXPECT_EQ(sluice_last_error_parts()->code, 0);
  }).join();
  EXPECT_THAT(sluice_last_error(), HasSubstr("a null pointer"));
}

}  // namespace
}  // namespace sluice::conformance
