// The real program, run as an operator runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "dumped_image.hpp"

namespace sluice {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(ShmDump, ShowsAHealthySegmentAndExitsWith0) {
  publishAndClose();
  const Ran ran = dump("ticks");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, StartsWith("segment " + path() + "\n"));
  EXPECT_THAT(ran.output, HasSubstr("'Quote', 24 bytes, aligned to 8, 4 fields"));
  EXPECT_THAT(ran.output, HasSubstr("16 slots of 32 bytes (stamped)"));
  EXPECT_THAT(ran.output, HasSubstr("published   19\n"));
  EXPECT_THAT(ran.output, HasSubstr("closed"));
  EXPECT_THAT(ran.output, HasSubstr("consumers: 0 of 3"));
  EXPECT_THAT(ran.output, HasSubstr("\nhealthy\n"));
}

TEST_F(ShmDump, ShowsTheConsumersAndWhoGates) {
  image_.publish(20);
  image_.join(1, "risk", 11);
  image_.producer().state.store(detail::ProducerState::left, std::memory_order_relaxed);
  image_.consumer(1).onDeath.store(OnDeath::hold, std::memory_order_relaxed);
  save();
  const Ran ran = dump("ticks");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("consumers: 1 of 3"));
  EXPECT_THAT(ran.output, ::testing::ContainsRegex("1 +risk +pid .*11 +8 +50.0 % +awake +hold"));
  EXPECT_THAT(ran.output, HasSubstr("room for 8 records before it waits for consumer 'risk'"));
}

TEST_F(ShmDump, SaysWhatIsWrongAndExitsWith1) {
  image_.publish(3);
  save();
  const Ran dead = dump("ticks");
  EXPECT_EQ(dead.status, 1);
  EXPECT_THAT(dead.output, HasSubstr("something is wrong\n  fault: the producer"));

  std::ofstream(path("foreign")) << "hello";
  EXPECT_EQ(dump("foreign").status, 1);
  std::ofstream(path("empty")).flush();
  const Ran empty = dump("empty");
  EXPECT_EQ(empty.status, 1);
  EXPECT_THAT(empty.output, HasSubstr("file size: found 0 bytes"));
  image_.save(path("cut"), 9000);
  EXPECT_EQ(dump("cut").status, 1);
}

TEST_F(ShmDump, ExitsWith2WhenItCannotLook) {
  EXPECT_EQ(dump("none").status, 2);
  EXPECT_THAT(dump("none").output, HasSubstr(path("none")));
  EXPECT_EQ(dump("../etc/passwd").status, 2);
  EXPECT_EQ(dump("").status, 2);
  EXPECT_EQ(dump("ticks --list").status, 2);
  EXPECT_EQ(dump("ticks --nonsense").status, 2);
  std::filesystem::create_directory(path("folder"));
  EXPECT_EQ(dump("folder").status, 2);
  EXPECT_EQ(run("$D --directory /nowhere/at/all --list 2>&1").status, 2);
}

TEST_F(ShmDump, AFileThatMayNotBeReadIsAPermissionError) {
  if (geteuid() == 0) {
    publishAndClose();
    chmod(path().c_str(), 0600);
    chmod(directory_.path().c_str(), 0755);
    const Ran ran = run("setpriv --reuid=65534 --regid=65534 --clear-groups $D --directory " +
                        directory_.path() + " ticks 2>&1");
    EXPECT_EQ(ran.status, 2) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("Permission denied"));
    return;
  }
  publishAndClose();
  chmod(path().c_str(), 0);
  EXPECT_EQ(dump("ticks").status, 2);
}

TEST_F(ShmDump, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(dump("--help").status, 0);
  EXPECT_THAT(dump("--help").output, HasSubstr("--slots"));
  EXPECT_EQ(dump("--version").status, 0);
  EXPECT_THAT(dump("--version").output, StartsWith("shm-dump "));
}

TEST_F(ShmDump, ShowsTheSlotsOfARangeInHexTextAndFields) {
  publishAndClose();
  const Ran ran = dump("ticks --slots 17..20");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("record 17 in slot 1: whole\n"));
  EXPECT_THAT(ran.output, HasSubstr("0000  11 00 00 00 00 00 00 00"));
  EXPECT_THAT(ran.output, HasSubstr("ABCD|"));
  EXPECT_THAT(ran.output, HasSubstr("time   = 17\n"));
  EXPECT_THAT(ran.output, HasSubstr("price  = 17.5\n"));
  EXPECT_THAT(ran.output, HasSubstr("volume = -1\n"));
  EXPECT_THAT(ran.output, HasSubstr("symbol = 'ABCD'\n"));
  EXPECT_THAT(ran.output, HasSubstr("record 20 in slot 4: not published yet"));
  EXPECT_THAT(dump("ticks --slots 2..3").output, HasSubstr("overwritten"));
}

TEST_F(ShmDump, ShowsTheLastRecords) {
  publishAndClose();
  const Ran two = dump("ticks --last 2");
  EXPECT_THAT(two.output, Not(HasSubstr("record 17 ")));
  EXPECT_THAT(two.output, HasSubstr("record 18 in slot 2: whole"));
  EXPECT_THAT(two.output, HasSubstr("record 19 in slot 3: whole"));
  const Ran all = dump("ticks --last 1000");
  EXPECT_THAT(all.output, Not(HasSubstr("record 3 ")));
  EXPECT_THAT(all.output, HasSubstr("record 4 in slot 4: whole"));
}

TEST_F(ShmDump, TheLastRecordsOfAnEmptyRingAreNone) {
  image_.producer().state.store(detail::ProducerState::left, std::memory_order_relaxed);
  save();
  const Ran ran = dump("ticks --last 5");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, Not(HasSubstr("\nrecord ")));
}

TEST_F(ShmDump, RangesThatMakeNoSenseAreBadArguments) {
  publishAndClose();
  for (const std::string range : {"5..3", "x..y", "5", "5..", "..5", "-1..3", "1..2x", "1.2",
                                  "0..16", "0..18446744073709551615", "0..99999999999999999999999"})
    EXPECT_EQ(dump("ticks --slots " + range).status, 2) << range;
  for (const std::string last : {"0", "-1", "x"})
    EXPECT_EQ(dump("ticks --last " + last).status, 2) << last;
  EXPECT_EQ(dump("ticks --last 1 --slots 1..2").status, 2);
}

TEST_F(ShmDump, JsonHasEveryKeyOfTheDocument) {
  image_.join(1, "risk", 3);
  image_.consumer(1).upstream[0].store(std::uint64_t{7} << 32 | 1, std::memory_order_relaxed);
  image_.producer().term.store(0, std::memory_order_relaxed);
  publishAndClose();
  const Ran ran = dump("ticks --json --slots 18..19");
  EXPECT_EQ(ran.status, 1) << "no producer has term 0";
  const json document = json::parse(ran.output);
  EXPECT_EQ(document.at("format"), 1);
  EXPECT_EQ(document.at("name"), "ticks");
  EXPECT_EQ(document.at("path"), path());
  EXPECT_EQ(document.at("fileSize"), image_.bytes().size());
  EXPECT_EQ(document.at("healthy"), false);
  EXPECT_EQ(document.at("findings").at(0).at("severity"), "note");
  EXPECT_EQ(document.at("findings").at(1).at("severity"), "fault");
  EXPECT_EQ(document.at("header").at("sequenceBits"), 64);
  EXPECT_EQ(document.at("header").at("sameBoot"), true);
  EXPECT_EQ(document.at("geometry").at("capacity"), 16);
  EXPECT_EQ(document.at("geometry").at("slotLayout"), "stamped");
  EXPECT_EQ(document.at("geometry").at("sections").at("ring").at("size"), 4096);
  EXPECT_EQ(document.at("record").at("name"), "Quote");
  EXPECT_EQ(document.at("record").at("fields").at(2).at("kind"), "signedInteger");
  const json& producer = document.at("producer");
  EXPECT_EQ(producer.at("state"), "closed");
  EXPECT_EQ(producer.at("published"), 19);
  EXPECT_EQ(producer.at("alive"), false);
  const json& consumer = document.at("consumers").at(0);
  EXPECT_EQ(consumer.at("name"), "risk");
  EXPECT_EQ(consumer.at("cursor"), 3);
  EXPECT_EQ(consumer.at("lag"), 16);
  EXPECT_EQ(consumer.at("lagPercent"), 100.0);
  EXPECT_EQ(consumer.at("asleepFor"), nullptr);
  EXPECT_EQ(consumer.at("after").at(0).at("generation"), 7);
  EXPECT_EQ(document.at("slowest"), json::array({1}));
  const json& slot = document.at("slots").at(0);
  EXPECT_EQ(slot.at("sequence"), 18);
  EXPECT_EQ(slot.at("state"), "whole");
  EXPECT_EQ(slot.at("bytes").get<std::string>().size(), 48U);
  EXPECT_EQ(slot.at("fields").at("price"), 18.5);
}

/// The names of a document's members, however deep: "producer.term", "consumers[].row".
void collectKeys(const json& value, const std::string& prefix, std::vector<std::string>& keys) {
  if (value.is_object())
    for (const auto& [key, member] : value.items()) {
      keys.push_back(prefix + key);
      if (key != "sections" && !(prefix == "slots[]." && key == "fields"))
        collectKeys(member, prefix + key + ".", keys);
    }
  if (value.is_array() && !value.empty())
    collectKeys(value[0], prefix.substr(0, prefix.size() - 1) + "[].", keys);
}

TEST_F(ShmDump, EveryKeyOfItsJsonIsInTheManualPageAndNoOther) {
  image_.join(1, "risk", 3);
  image_.consumer(1).upstream[0].store(std::uint64_t{7} << 32 | 1, std::memory_order_relaxed);
  publishAndClose();
  std::vector<std::string> keys;
  collectKeys(json::parse(dump("ticks --json --last 1").output), "", keys);
  std::vector<std::string> documented;
  std::ifstream in(SLUICE_SOURCE_DIR "/docs/shm-dump.md");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("| `")) documented.push_back(line.substr(3, line.find('`', 3) - 3));
  EXPECT_THAT(documented, ::testing::UnorderedElementsAreArray(keys));
}

TEST_F(ShmDump, JsonOfAForeignFileSaysSoWithNullsForWhatIsNotThere) {
  std::ofstream(path("foreign")) << std::string(5000, 'x');
  const Ran ran = dump("foreign --json --last 3");
  EXPECT_EQ(ran.status, 1);
  const json document = json::parse(ran.output);
  EXPECT_EQ(document.at("header"), nullptr);
  EXPECT_EQ(document.at("geometry"), nullptr);
  EXPECT_EQ(document.at("producer"), nullptr);
  EXPECT_THAT(document.at("consumers"), IsEmpty());
  EXPECT_THAT(document.at("slots"), IsEmpty());
  EXPECT_FALSE(document.at("findings").empty());
}

TEST_F(ShmDump, ListsTheSegmentsOfADirectory) {
  EXPECT_EQ(dump("--list").output, "no segments\n");
  publishAndClose();
  std::ofstream(path("foreign")) << "hello";
  const Ran healthy = dump("--list");
  EXPECT_EQ(healthy.status, 0) << healthy.output;
  EXPECT_THAT(healthy.output, ::testing::ContainsRegex(
                                  "ticks +[0-9.]+ KiB +closed +0 +healthy: the stream was closed"));
  EXPECT_THAT(healthy.output, Not(HasSubstr("foreign")));
  image_.save(path("cut"), 4096);
  const Ran faulty = dump("--list");
  EXPECT_EQ(faulty.status, 1);
  EXPECT_THAT(faulty.output, ::testing::ContainsRegex("cut +4.0 KiB .*file size"));
  const json document = json::parse(dump("--list --json").output);
  EXPECT_EQ(document.at("format"), 1);
  EXPECT_EQ(document.at("segments").size(), 2U);
  EXPECT_EQ(document.at("segments").at(1).at("name"), "ticks");
}

TEST_F(ShmDump, ABrokenPipeIsQuietAndTheExitStatusTellsOfTheSegmentAllTheSame) {
  image_.publish(16);
  save();
  for (const std::string arguments : {"--last 16", "--json --last 16"}) {
    const Ran ran = run("exec 3>&1; { $D --directory " + directory_.path() + " ticks " + arguments +
                        " 2>&3; echo status $? >&3; } | true");
    EXPECT_EQ(ran.output, "status 1\n") << arguments;
  }
}

TEST_F(ShmDump, AFullDiskIsToldAndIsNoAnswer) {
  publishAndClose();
  for (const std::string arguments : {"ticks", "ticks --json", "ticks --last 16", "--list"}) {
    const Ran ran =
        run("$D --directory " + directory_.path() + " " + arguments + " 2>&1 > /dev/full");
    EXPECT_EQ(ran.status, 2) << arguments;
    EXPECT_THAT(ran.output, HasSubstr("standard output cannot be written: No space")) << arguments;
  }
}

TEST_F(ShmDump, TextFromTheSegmentCannotSteerATerminal) {
  image_.join(0, "\x1b[2Jx", 3);
  publishAndClose();
  const Ran ran = dump("ticks");
  EXPECT_THAT(ran.output, Not(HasSubstr("\x1b")));
  EXPECT_THAT(ran.output, HasSubstr("?[2Jx"));
  EXPECT_TRUE(json::accept(dump("ticks --json").output));
}

TEST_F(ShmDump, LeavesTheFileAsItIs) {
  publishAndClose();
  const auto contents = [this] {
    std::ifstream in(path(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string before = contents();
  const auto written = std::filesystem::last_write_time(path());
  dump("ticks --json --last 16");
  dump("--list");
  EXPECT_EQ(contents(), before);
  EXPECT_EQ(std::filesystem::last_write_time(path()), written);
}

TEST_F(ShmDump, RandomCorruptionNeverCrashesIt) {
  std::mt19937_64 random(11);
  image_.publish(40);
  image_.join(1, "risk", 30);
  const std::vector<std::byte> good(image_.bytes().begin(), image_.bytes().end());
  for (int i = 0; i < 100; ++i) {
    for (int c = 0; c < 6; ++c) {
      const std::size_t page = random() % (good.size() / 4096) * 4096;
      image_.bytes()[page + random() % 450] = static_cast<std::byte>(random());
    }
    save();
    const Ran ran = dump(i % 2 == 0 ? "ticks --last 16" : "ticks --json --last 16");
    ASSERT_TRUE(ran.status == 0 || ran.status == 1) << ran.output;
    if (i % 2 == 1) {
      EXPECT_TRUE(json::accept(ran.output)) << ran.output;
    }
    std::copy(good.begin(), good.end(), image_.bytes().begin());
  }
}

}  // namespace
}  // namespace sluice
