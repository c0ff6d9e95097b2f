// Wait sets, fan-ins, descriptors and segments of sluice.h.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "c_waits.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice::conformance {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

int64_t soonNs() {
  return sluice_deadline_after(10'000'000'000);
}

class SetsOfC : public ::testing::Test {
 protected:
  using Ring = Owned<sluice_producer, sluice_producer_destroy>;
  using Consumer = Owned<sluice_consumer, sluice_consumer_destroy>;

  Ring create(const std::string& segment) const {
    sluice_producer_options options{};
    options.struct_size = sizeof options;
    options.record = record.get();
    options.capacity = 16;
    options.without_consumers = SLUICE_WAIT_FOR_CONSUMERS;
    sluice_producer* ring = nullptr;
    EXPECT_EQ(sluice_producer_create(segment.c_str(), &options, &ring), SLUICE_OK)
        << sluice_last_error();
    return Ring(ring);
  }
  Consumer attach(const std::string& segment) const {
    sluice_consumer* in = nullptr;
    EXPECT_EQ(sluice_consumer_attach(segment.c_str(), nullptr, &in), SLUICE_OK);
    return Consumer(in);
  }
  static void send(const Ring& ring, std::uint64_t number) {
    const Tick tick = Tick::of(number);
    EXPECT_EQ(sluice_producer_send(ring.get(), &tick, sizeof tick, 1, SLUICE_FOREVER, nullptr),
              SLUICE_OK);
  }
  static std::uint64_t numberOf(const void* tick) {
    Tick copy{};
    std::memcpy(&copy, tick, sizeof copy);
    EXPECT_TRUE(copy.isWhole());
    return copy.number;
  }
  static bool isReadable(int descriptor, int milliseconds) {
    pollfd asked{descriptor, POLLIN, 0};
    return ::poll(&asked, 1, milliseconds) == 1;
  }

  testing::SegmentName one;
  testing::SegmentName two;
  const RecordOfC record{describeRecord<Tick>()};
};

TEST_F(SetsOfC, GiveTheMembersThatAreReadyWithTheirNumbers) {
  const auto a = create(one.str());
  const auto b = create(two.str());
  const auto inA = attach(one.str());
  const auto inB = attach(two.str());
  sluice_wait_set* made = nullptr;
  ASSERT_EQ(sluice_wait_set_create(nullptr, &made), SLUICE_OK);
  const Owned<sluice_wait_set, sluice_wait_set_destroy> set(made);
  std::size_t first = 9;
  std::size_t second = 9;
  ASSERT_EQ(sluice_wait_set_add_consumer(made, inA.get(), &first), SLUICE_OK);
  ASSERT_EQ(sluice_wait_set_add_consumer(made, inB.get(), &second), SLUICE_OK);
  EXPECT_EQ(first, 0u);
  EXPECT_EQ(second, 1u);
  EXPECT_EQ(sluice_wait_set_size(made), 2u);
  sluice_ready_members ready;
  EXPECT_EQ(sluice_wait_set_wait(made, SLUICE_NOW, &ready), SLUICE_TIMED_OUT);
  EXPECT_EQ(ready.count, 0u);

  std::thread publisher([&] { send(b, 7); });
  EXPECT_EQ(sluice_wait_set_wait(made, soonNs(), &ready), SLUICE_OK);
  publisher.join();
  ASSERT_EQ(ready.count, 1u);
  EXPECT_EQ(ready.members[0].member, second);
  EXPECT_EQ(ready.members[0].status, SLUICE_OK);

  EXPECT_EQ(sluice_producer_close(a.get()), SLUICE_OK);
  EXPECT_EQ(sluice_wait_set_remove(made, second), SLUICE_OK);
  EXPECT_EQ(sluice_wait_set_wait(made, soonNs(), &ready), SLUICE_OK);
  ASSERT_EQ(ready.count, 1u);
  EXPECT_EQ(ready.members[0].member, first);
  EXPECT_EQ(ready.members[0].status, SLUICE_CLOSED);
}

TEST_F(SetsOfC, EndTheirWaitWithAStopWordOfAnotherThread) {
  const auto ring = create(one.str());
  const auto in = attach(one.str());
  sluice_stop_word* stop = nullptr;
  sluice_wait_set* set = nullptr;
  ASSERT_EQ(sluice_stop_word_create(&stop), SLUICE_OK);
  ASSERT_EQ(sluice_wait_set_create(nullptr, &set), SLUICE_OK);
  std::size_t member = 9;
  ASSERT_EQ(sluice_wait_set_add_consumer(set, in.get(), nullptr), SLUICE_OK);
  ASSERT_EQ(sluice_wait_set_add_stop_word(set, stop, &member), SLUICE_OK);
  std::thread stopper([&] { sluice_stop_word_request(stop); });
  sluice_ready_members ready;
  EXPECT_EQ(sluice_wait_set_wait(set, SLUICE_FOREVER, &ready), SLUICE_OK);
  stopper.join();
  ASSERT_EQ(ready.count, 1u);
  EXPECT_EQ(ready.members[0].member, member);
  EXPECT_EQ(ready.members[0].status, SLUICE_STOPPED);
  EXPECT_EQ(sluice_wait_set_destroy(set), SLUICE_OK);
  EXPECT_EQ(sluice_stop_word_destroy(stop), SLUICE_OK);
}

TEST_F(SetsOfC, HaveDescriptorsThatBecomeReadable) {
  const auto ring = create(one.str());
  const auto in = attach(one.str());
  int descriptor = -1;
  ASSERT_EQ(sluice_consumer_ready_descriptor(in.get(), &descriptor), SLUICE_OK)
      << sluice_last_error();
  EXPECT_EQ(sluice_consumer_arm(in.get()), SLUICE_TIMED_OUT);
  send(ring, 1);
  EXPECT_TRUE(isReadable(descriptor, 10'000));
  sluice_batch batch;
  EXPECT_EQ(sluice_consumer_wait(in.get(), SLUICE_NOW, &batch), SLUICE_OK);
  EXPECT_EQ(sluice_consumer_commit(in.get()), SLUICE_OK);
  EXPECT_EQ(sluice_consumer_arm(in.get()), SLUICE_TIMED_OUT);
  EXPECT_FALSE(isReadable(descriptor, 0));
}

/// The numbers that a fan-in gives, until it has been quiet for a second or has given `most`.
std::vector<std::uint64_t> readFanIn(sluice_fan_in* in, std::size_t most,
                                     std::set<std::string>& rings) {
  std::vector<std::uint64_t> numbers;
  sluice_fan_in_event event;
  while (numbers.size() < most &&
         sluice_fan_in_wait(in, sluice_deadline_after(5'000'000'000), &event) == SLUICE_OK) {
    if (event.news != SLUICE_RECORDS) continue;
    rings.insert(event.ring);
    EXPECT_STREQ(event.record->name, "Tick");
    for (std::size_t i = 0; i < event.batch.count; ++i) {
      Tick tick{};
      std::memcpy(&tick, sluice_batch_record(&event.batch, i), sizeof tick);
      numbers.push_back(tick.number);
    }
    EXPECT_EQ(sluice_fan_in_commit(in), SLUICE_OK);
  }
  return numbers;
}

std::int64_t numberAsTime(const void* bytes, std::size_t size, void* calls) {
  EXPECT_EQ(size, sizeof(Tick));
  ++*static_cast<int*>(calls);
  Tick tick{};
  std::memcpy(&tick, bytes, sizeof tick);
  return static_cast<std::int64_t>(tick.number);
}

TEST_F(SetsOfC, OfAFanInGiveTheRecordsOfEveryRingAndMergeThemByTheUsersTime) {
  const auto a = create(one.str());
  const auto b = create(two.str());
  int calls = 0;
  sluice_fan_in_options options{};
  options.struct_size = sizeof options;
  options.record = record.get();
  options.time = numberAsTime;
  options.time_context = &calls;
  options.quiet_limit_ns = 60'000'000'000;
  const std::string pattern = one.str().substr(0, one.str().rfind('-')) + "-*";
  sluice_fan_in* made = nullptr;
  ASSERT_EQ(sluice_fan_in_open(pattern.c_str(), &options, &made), SLUICE_OK) << sluice_last_error();
  const Owned<sluice_fan_in, sluice_fan_in_destroy> in(made);
  for (std::uint64_t n = 0; n < 10; ++n)
    send(n % 3 == 0 ? a : b, n);
  // The ring that has nothing more holds the other's last back.
  std::set<std::string> rings;
  const auto numbers = readFanIn(made, 9, rings);
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(rings, (std::set<std::string>{one.str(), two.str()}));
  EXPECT_EQ(sluice_fan_in_size(made), 2u);
  EXPECT_EQ(sluice_fan_in_late(made), 0u);
  EXPECT_GE(calls, 9);
}

TEST_F(SetsOfC, OfAFanInTellEndsAndRefusals) {
  const auto ring = create(one.str());
  sluice_record other{"Other", 16, 8, nullptr, 0};
  sluice_fan_in_options options{};
  options.struct_size = sizeof options;
  options.record = &other;
  sluice_fan_in* in = nullptr;
  ASSERT_EQ(sluice_fan_in_open(one.str().c_str(), &options, &in), SLUICE_OK);
  sluice_fan_in_event event;
  ASSERT_EQ(sluice_fan_in_wait(in, soonNs(), &event), SLUICE_OK);
  EXPECT_EQ(event.news, SLUICE_REFUSED);
  EXPECT_EQ(event.status, SLUICE_ERROR_RECORD_MISMATCH);
  EXPECT_THAT(event.error, HasSubstr("Other"));
  EXPECT_EQ(sluice_fan_in_destroy(in), SLUICE_OK);

  ASSERT_EQ(sluice_fan_in_open(one.str().c_str(), nullptr, &in), SLUICE_OK);
  EXPECT_EQ(sluice_producer_close(ring.get()), SLUICE_OK);
  ASSERT_EQ(sluice_fan_in_wait(in, soonNs(), &event), SLUICE_OK);
  EXPECT_EQ(event.news, SLUICE_ENDED);
  EXPECT_EQ(event.status, SLUICE_CLOSED);
  EXPECT_EQ(event.ring, one.str());
  EXPECT_EQ(sluice_fan_in_destroy(in), SLUICE_OK);
}

TEST_F(SetsOfC, OfAFanInOfMessagesGiveThem) {
  sluice_producer_options options{};
  options.struct_size = sizeof options;
  options.capacity = 8;
  sluice_message_producer* log = nullptr;
  ASSERT_EQ(sluice_message_producer_create(one.str().c_str(), &options, &log), SLUICE_OK);
  ASSERT_EQ(sluice_message_producer_send(log, "a line", 6, 7, SLUICE_FOREVER), SLUICE_OK);
  sluice_message_fan_in* in = nullptr;
  ASSERT_EQ(sluice_message_fan_in_open(one.str().c_str(), nullptr, &in), SLUICE_OK);
  sluice_message_fan_in_event event;
  ASSERT_EQ(sluice_message_fan_in_wait(in, soonNs(), &event), SLUICE_OK);
  ASSERT_EQ(event.news, SLUICE_RECORDS) << event.error;
  sluice_message message;
  ASSERT_EQ(sluice_message_batch_at(&event.batch, 0, &message), SLUICE_OK);
  EXPECT_EQ(std::string(static_cast<const char*>(message.bytes), message.size), "a line");
  EXPECT_EQ(message.kind, 7u);
  EXPECT_EQ(sluice_message_batch_at(&event.batch, event.batch.count, &message),
            SLUICE_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(sluice_message_fan_in_commit(in), SLUICE_OK);
  EXPECT_EQ(sluice_message_fan_in_destroy(in), SLUICE_OK);
  EXPECT_EQ(sluice_message_producer_destroy(log), SLUICE_OK);
}

TEST_F(SetsOfC, AreListedDumpedAsJsonAndRemoved) {
  const auto ring = create(one.str());
  char** names = nullptr;
  std::size_t count = 0;
  ASSERT_EQ(sluice_list_segments(nullptr, &names, &count), SLUICE_OK) << sluice_last_error();
  const std::vector<std::string> listed(names, names + count);
  EXPECT_EQ(names[count], nullptr);
  sluice_free(names);
  EXPECT_THAT(listed, Contains(one.str()));

  char* text = nullptr;
  ASSERT_EQ(sluice_dump_segment(one.str().c_str(), nullptr, &text), SLUICE_OK);
  const auto json = nlohmann::json::parse(text);
  sluice_free(text);
  EXPECT_EQ(json["name"], one.str());
  EXPECT_EQ(json["record"]["fields"][1]["name"], "complement");
  EXPECT_EQ(json["geometry"]["capacity"], 16);

  EXPECT_EQ(sluice_remove_segment(one.str().c_str(), nullptr), SLUICE_ERROR_IN_USE);
  sluice_remove_options options{};
  options.struct_size = sizeof options;
  options.even_if_in_use = 1;
  EXPECT_EQ(sluice_remove_segment(one.str().c_str(), &options), SLUICE_OK);
  EXPECT_FALSE(sluice_producer_is_named(ring.get()));
  EXPECT_EQ(sluice_dump_segment(one.str().c_str(), nullptr, &text), SLUICE_ERROR_NOT_FOUND);
  EXPECT_EQ(sluice_remove_consumer(one.str().c_str(), "risk", nullptr), SLUICE_ERROR_NOT_FOUND);
}

TEST_F(SetsOfC, KnowTheRecordWithAllItsFields) {
  const auto ring = create(one.str());
  const auto in = attach(one.str());
  const sluice_record* const found = sluice_consumer_record(in.get());
  EXPECT_STREQ(found->name, "Tick");
  EXPECT_EQ(found->size, sizeof(Tick));
  EXPECT_EQ(found->alignment, alignof(Tick));
  ASSERT_EQ(found->field_count, 2u);
  EXPECT_STREQ(found->fields[1].name, "complement");
  EXPECT_EQ(found->fields[1].offset, 8u);
  EXPECT_EQ(found->fields[1].size, 8u);
  EXPECT_EQ(found->fields[1].count, 1u);
  EXPECT_EQ(found->fields[1].kind, SLUICE_UNSIGNED_INTEGER);
}

TEST_F(SetsOfC, SayInAForkedChildThatTheyAreDetached) {
  const auto ring = create(one.str());
  const auto in = attach(one.str());
  const pid_t child = ::fork();
  if (child == 0) {
    void* place = nullptr;
    sluice_batch batch;
    const bool isDetached =
        sluice_producer_claim_one(ring.get(), SLUICE_NOW, &place) == SLUICE_DETACHED &&
        sluice_consumer_wait(in.get(), SLUICE_NOW, &batch) == SLUICE_DETACHED;
    ::_exit(isDetached ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  send(ring, 1);
  sluice_batch batch;
  EXPECT_EQ(sluice_consumer_wait(in.get(), soonNs(), &batch), SLUICE_OK);
  EXPECT_EQ(numberOf(batch.base), 1u);
}

}  // namespace
}  // namespace sluice::conformance
