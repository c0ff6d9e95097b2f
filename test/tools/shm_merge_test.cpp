// shm-merge: one ring out of many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "merging.hpp"
#include "os/identity.hpp"

namespace sluice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(Merging, GivesEveryReaderTheSameOrder) {
  auto a = create("log-a");
  auto b = create("log-b");
  auto tool = start({"log-*", "all"});
  auto one = attach("one");
  auto other = attach("other");
  for (std::uint64_t time = 0; time < 50; ++time)
    publish(time % 3 == 0 ? b : a, time, time + 1);
  const auto seenByOne = take(one, 50);
  const auto seenByOther = take(other, 50);
  ASSERT_THAT(seenByOne, SizeIs(50));
  ASSERT_THAT(seenByOther, SizeIs(50));
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(seenByOne[i].origin, seenByOther[i].origin);
    EXPECT_EQ(seenByOne[i].sequence, seenByOther[i].sequence);
    EXPECT_EQ(seenByOne[i].record.time, seenByOther[i].record.time);
  }
  EXPECT_THAT(sequencesOf(seenByOne), UnorderedElementsAre(Pair(idOf("log-a"), sequences(0, 33)),
                                                           Pair(idOf("log-b"), sequences(0, 17))));
}

TEST_F(Merging, ShowsTheFieldsOfTheRecordsByTheirNames) {
  auto a = create("log-a");
  publish(a, 7, 8);
  a.close();
  EXPECT_EQ(run({"log-a", "all"}), 0);
  const std::string id = detail::inHex(idOf("log-a"));
  EXPECT_EQ(origins(), id + " log-a\n");
  EXPECT_EQ(
      testing::run(SLUICE_TOOLS_DIR "/shm-sub --from oldest --format csv " + directory() + "/all")
          .output,
      "origin,sequence,record.time,record.price\n" + id + ",0,7,3.5\n");
}

struct Small {
  std::array<char, 3> bytes;
};
struct alignas(64) Line {
  std::array<double, 9> values;
};

TEST_F(Merging, MergesRecordsOfEverySizeAlignmentAndLayout) {
  const auto isMerged = [this]<class T, SlotLayoutTag L>(const T& record, L) {
    const auto name = "log" + std::to_string(sizeof(T));
    auto ring = Producer<T, L>::create(name, {.capacity = 4,
                                              .withoutConsumers = WithoutConsumers::wait,
                                              .directory = directory()})
                    .value();
    ring.send(record);
    ring.close();
    EXPECT_EQ(run({name, "all-" + name}), 0) << said();
    auto in = Consumer<Merged<T>>::attach("all-" + name,
                                          {.startAt = StartAt::oldest, .directory = directory()})
                  .value();
    const auto batch = in.wait();
    ASSERT_EQ(batch.size(), 1u);
    EXPECT_EQ(std::memcmp(&batch[0].record, &record, sizeof record), 0);
  };
  isMerged(Small{{'a', 'b', 'c'}}, packed{});
  isMerged(Line{{1, 2, 3, 4, 5, 6, 7, 8, 9}}, stamped{});
  isMerged(std::uint16_t{7}, stampedLines{});
}

TEST_F(Merging, EndsWithTheLastOfTheInputsThatWereNamed) {
  auto a = create("a");
  auto b = create("b");
  publish(a, 0, 3);
  a.close();
  auto tool = start({"a", "b", "all"});
  auto in = attach("reader");
  EXPECT_THAT(take(in, 3), SizeIs(3));
  publish(b, 0, 2);
  b.close();
  EXPECT_THAT(take(in, 3), SizeIs(2));
  EXPECT_EQ(in.status(), Status::closed);
  EXPECT_EQ(tool.wait(), 0);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(Merging, OfAPatternGoesOnUntilASignalAndThenWhereItWas) {
  auto a = create("log-a");
  publish(a, 0, 3);
  auto tool = start({"log-*", "all"});
  auto in = attach("reader");
  EXPECT_THAT(take(in, 3), SizeIs(3));
  auto later = create("log-later");
  publish(later, 0, 2);
  EXPECT_THAT(take(in, 2), SizeIs(2));
  tool.signal(SIGTERM);
  EXPECT_EQ(tool.wait(), 0);
  publish(later, 2, 4);
  auto successor = start({"log-*", "all"});
  EXPECT_THAT(sequencesOf(take(in, 2)), ElementsAre(Pair(idOf("log-later"), sequences(2, 4))));
  EXPECT_EQ(in.lag(), 0u);
}

TEST_F(Merging, MergesByAField) {
  auto a = create("a");
  auto b = create("b");
  for (std::uint64_t time = 0; time < 40; ++time)
    publish(time % 5 < 2 ? a : b, time, time + 1);
  a.close();
  b.close();
  auto tool = start({"a", "b", "all", "--by", "time", "--quiet", "3600"});
  auto in = attach("reader");
  const auto all = take(in, 40);
  ASSERT_THAT(all, SizeIs(40));
  for (std::size_t i = 0; i < 40; ++i)
    EXPECT_EQ(all[i].record.time, i);
  EXPECT_EQ(tool.wait(), 0);
}

TEST_F(Merging, HoldsTheInputsWhileTheOutputIsFullAndLosesNothingWhenItDiesThen) {
  auto a = create("a", 8);
  auto tool = start({"a", "all", "--capacity", "4"});
  auto in = attach("reader");
  publish(a, 0, 12);
  // Four of them are in the output, and the others are in the input, which is full.
  ASSERT_TRUE(testing::eventually([&] { return in.lag() == 4 && a.tryClaim() == nullptr; }));
  tool.signal(SIGKILL);
  EXPECT_EQ(tool.wait(), -1000 - SIGKILL);
  auto successor = start({"a", "all"});
  EXPECT_THAT(sequencesOf(take(in, 12)), ElementsAre(Pair(idOf("a"), sequences(0, 12))));
  a.close();
  EXPECT_THAT(take(in, 1), IsEmpty());
  EXPECT_EQ(in.status(), Status::closed);
}

TEST_F(Merging, StopsAlsoWhileTheOutputIsFull) {
  auto a = create("a", 8);
  auto tool = start({"a", "all", "--capacity", "4"});
  auto in = attach("reader");
  publish(a, 0, 12);
  ASSERT_TRUE(testing::eventually([&] { return in.lag() == 4 && a.tryClaim() == nullptr; }));
  tool.signal(SIGINT);
  EXPECT_EQ(tool.wait(), 0);
  auto successor = start({"a", "all"});
  EXPECT_THAT(sequencesOf(take(in, 12)), ElementsAre(Pair(idOf("a"), sequences(0, 12))));
}

/// The state in which a merge leaves its rings that dies after a publish and before the commit.
class MergingAfterADeath : public Merging {
 protected:
  /// Of `a` the first `published` records are in the output, and `committed` of them are committed.
  void leave(const std::string& a, std::uint64_t published, std::uint64_t committed,
             std::uint64_t capacity = 16) const {
    auto in = Consumer<Quote>::attach(a, {.name = "merge:all",
                                          .startAt = StartAt::oldest,
                                          .onDeath = OnDeath::hold,
                                          .directory = directory()})
                  .value();
    auto out = Producer<Merged<Quote>>::createOrOpen(
                   "all", {.capacity = capacity, .directory = directory()})
                   .value();
    const auto batch = in.tryWait();
    for (std::size_t i = 0; i < published; ++i)
      out.send(Merged<Quote>{idOf(a), batch.first() + i, batch[i]});
    in.commit(committed);
  }
};

TEST_F(MergingAfterADeath, PublishesNothingASecondTime) {
  auto a = create("a");
  publish(a, 0, 5);
  leave("a", 4, 1);
  a.close();
  EXPECT_EQ(run({"a", "all"}), 0);
  auto in = attach("reader");
  EXPECT_THAT(sequencesOf(take(in, 9)), ElementsAre(Pair(idOf("a"), sequences(0, 5))));
}

TEST_F(MergingAfterADeath, PublishesNothingASecondTimeWhereAllSlotsWereWrittenOver) {
  auto a = create("a");
  publish(a, 0, 30);
  leave("a", 30, 29, 4);
  a.close();
  auto tool = start({"a", "all"});
  auto in = attach("reader");
  take(in, 1000);
  EXPECT_EQ(in.status(), Status::closed);
  EXPECT_EQ(in.next(), 30u);
  EXPECT_EQ(tool.wait(), 0);
}

TEST_F(MergingAfterADeath, SettlesWithARingThatIsNotAmongItsInputsToo) {
  auto a = create("a");
  auto b = create("b");
  publish(a, 0, 5);
  publish(b, 0, 2);
  leave("a", 4, 1);
  auto withoutA = start({"b", "all"});
  auto in = attach("reader");
  EXPECT_THAT(take(in, 6), SizeIs(6));
  withoutA.signal(SIGKILL);
  withoutA.wait();
  a.close();
  b.close();
  auto withBoth = start({"a", "b", "all"});
  EXPECT_THAT(sequencesOf(take(in, 9)), ElementsAre(Pair(idOf("a"), sequences(4, 5))));
  EXPECT_EQ(withBoth.wait(), 0);
}

TEST_F(MergingAfterADeath, GoesOnWithoutARingThatIsGone) {
  {
    auto a = create("a");
    publish(a, 0, 5);
    leave("a", 4, 1);
  }
  ASSERT_TRUE(removeSegment("a", {.directory = directory(), .evenIfHeld = true}));
  auto anew = create("a");
  publish(anew, 0, 2);
  anew.close();
  auto tool = start({"a", "all"});
  auto in = attach("reader");
  const auto all = take(in, 9);
  EXPECT_THAT(all, SizeIs(6));
  EXPECT_EQ(sequencesOf(all)[idOf("a")], sequences(0, 2));
  EXPECT_EQ(tool.wait(), 0);
}

TEST_F(Merging, KnowsARingThatWasCreatedAnewByItsId) {
  auto tool = start({"log-*", "all", "--remove-closed"});
  const auto isGone = [this] { return !std::filesystem::exists(directory() + "/log-a"); };
  std::optional<Consumer<Merged<Quote>>> in;
  std::vector<Merged<Quote>> all;
  for (int life = 0; life < 3; ++life) {
    auto a = create("log-a");
    publish(a, 0, 2);
    a.close();
    if (!in) in.emplace(attach("reader"));
    for (const Merged<Quote>& merged : take(*in, 2))
      all.push_back(merged);
    // Its producer is attached no more.
    { const auto left = std::move(a); }
    EXPECT_TRUE(testing::eventually(isGone));
  }
  const auto lives = sequencesOf(all);
  EXPECT_THAT(lives, SizeIs(3));
  for (const auto& [origin, seen] : lives)
    EXPECT_EQ(seen, sequences(0, 2));
}

}  // namespace
}  // namespace sluice
