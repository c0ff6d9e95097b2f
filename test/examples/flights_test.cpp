// The programs of the demo, run as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sluice/untyped_consumer.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/scratch_directory.hpp"
#include "support/shell_command.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::ContainsRegex;
using testing::eventually;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Ran;
using testing::ScratchDirectory;
using testing::SegmentName;

const std::string examples = SLUICE_EXAMPLES_DIR;
const std::string demo = SLUICE_SOURCE_DIR "/examples/flights/demo.sh";
const std::string flightsCsv = SLUICE_SOURCE_DIR "/examples/flights/flights.csv";

Ran run(const std::string& command) {
  return testing::run("exec 2>&1; " + command);
}

template <class... Arguments>
ChildProcess started(const std::string& program, const Arguments&... arguments) {
  return ChildProcess([&] {
    const std::string path = examples + "/" + program;
    ::execl(path.c_str(), program.c_str(), arguments.c_str()..., nullptr);
    return 98;
  });
}

std::string textOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::uint64_t linesOf(const std::string& path) {
  const std::string text = textOf(path);
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Takes the place of count_flights: the publisher goes only as far as the test commits.
UntypedConsumer attachCount(const SegmentName& segment) {
  return UntypedConsumer::attach(
             segment.str(),
             {.name = "count", .startAt = StartAt::oldest, .appearWithin = WaitLimit(60s)})
      .value();
}

/// True when the producer closed the stream.
bool readsToEnd(UntypedConsumer& in) {
  while (in.wait(60s))
    in.commit();
  return in.status() == Status::closed;
}

/// What demo.sh with these arguments does. Its first line of output is its process id.
Ran runDemo(const std::string& arguments, const std::string& temporary) {
  return run("TMPDIR=" + temporary + " bash -c 'echo $$; exec " + demo + " " + arguments + "'");
}

TEST(Flights, TheDemoSaysThatTheJournalIsTheInputAndLeavesNothingBehind) {
  const ScratchDirectory temporary;
  const Ran ran = runDemo(examples + "/.. 5", temporary.path());
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("journal and flights.csv are identical, byte for byte (" +
                                    std::to_string(fs::file_size(flightsCsv)) + " bytes)"));
  EXPECT_THAT(ran.output, HasSubstr("counted 20000 flights over 14476934 miles, 0 gaps"));
  EXPECT_THAT(ran.output, HasSubstr("counted 100000 flights over 72384670 miles, 0 gaps"));
  EXPECT_THAT(ran.output, HasSubstr("'Flight', 32 bytes"));
  const std::string process = ran.output.substr(0, ran.output.find('\n'));
  EXPECT_FALSE(fs::exists("/dev/shm/flights-demo-" + process));
  EXPECT_TRUE(fs::is_empty(temporary.path()));
}

TEST(Flights, TheDemoFailsWhenTheJournalDiffers) {
  const ScratchDirectory temporary;
  // Not below /dev/shm, where programs may be forbidden.
  std::string build = ::testing::TempDir() + "/sluice-flights-XXXXXX";
  ASSERT_NE(::mkdtemp(build.data()), nullptr);
  fs::create_directory(build + "/examples");
  fs::create_directory_symlink(SLUICE_TOOLS_DIR, build + "/tools");
  for (const char* program : {"publish_flights", "late_airports", "long_routes", "count_flights"})
    fs::create_symlink(examples + "/" + program, build + "/examples/" + program);
  const std::string journal = build + "/examples/journal_flights";
  std::ofstream(journal) << "#!/bin/sh\n"
                         << examples << "/journal_flights \"$@\" && printf x >>\"$2\"\n";
  fs::permissions(journal, fs::perms::owner_all);

  const Ran ran = runDemo(build + " 1", temporary.path());
  EXPECT_EQ(ran.status, 1) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("the journal differs from flights.csv"));
  EXPECT_THAT(ran.output, Not(HasSubstr("identical")));
  EXPECT_TRUE(fs::is_empty(temporary.path()));
  fs::remove_all(build);
}

TEST(Flights, AJournalKilledInTheMiddleIsContinuedByteForByte) {
  const SegmentName segment;
  const ScratchDirectory directory;
  const std::string file = directory.path() + "/flights.csv";
  ChildProcess publisher =
      started("publish_flights", segment.str(), flightsCsv, std::string("--await=count,journal"));
  UntypedConsumer count = attachCount(segment);
  ChildProcess first = started("journal_flights", segment.str(), file);
  ASSERT_TRUE(eventually([&] { return linesOf(file) > count.capacity() / 2; }));
  first.signal(SIGKILL);
  ASSERT_EQ(first.wait(), -1000 - SIGKILL);
  std::ofstream(file, std::ios::app)
      << "2001/01/0";  // as a death in the middle of a write leaves it

  ChildProcess second = started("journal_flights", segment.str(), file);
  EXPECT_TRUE(readsToEnd(count));
  EXPECT_EQ(second.wait(), 0);
  EXPECT_EQ(publisher.wait(), 0);
  EXPECT_TRUE(textOf(file) == textOf(flightsCsv));
}

TEST(Flights, AJournalRefusesAFileThatIsNotWhatWasCommitted) {
  const SegmentName segment;
  const ScratchDirectory directory;
  const std::string file = directory.path() + "/flights.csv";
  ChildProcess publisher =
      started("publish_flights", segment.str(), flightsCsv, std::string("--await=count,journal"));
  UntypedConsumer count = attachCount(segment);
  {
    ChildProcess journal = started("journal_flights", segment.str(), file);
    ASSERT_TRUE(eventually([&] { return linesOf(file) > count.capacity() / 2; }));
  }
  fs::resize_file(file, 100);
  const Ran refused = run(examples + "/journal_flights " + segment.str() + " " + file);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, ContainsRegex("does not hold the [0-9]+ flights before"));
  EXPECT_EQ(fs::file_size(file), 100u);
}

TEST(Flights, EveryRoundArrivesAndBothEndsTellTheirRate) {
  const SegmentName segment;
  const Ran ran = run(examples + "/publish_flights " + segment.str() + " " + flightsCsv +
                      " --rounds 3 --await count & " + examples + "/count_flights " +
                      segment.str() + " && wait $!");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_THAT(ran.output, ContainsRegex("published 60000 flights in .* million a second\n"));
  EXPECT_THAT(ran.output, ContainsRegex("count read 60000 flights in .* million a second\n"));
  EXPECT_THAT(ran.output, HasSubstr("counted 60000 flights over 43430802 miles, 0 gaps\n"));
}

TEST(Flights, AnOperatorLooksIntoTheStreamWhileItRuns) {
  const SegmentName segment;
  ChildProcess publisher =
      started("publish_flights", segment.str(), flightsCsv, std::string("--await=count"));
  UntypedConsumer count = attachCount(segment);
  ASSERT_TRUE(eventually([&] { return count.lag() == count.capacity(); }));
  const Ran look = run(SLUICE_TOOLS_DIR "/shm-dump " + segment.str() + " --slots 0..0");
  EXPECT_EQ(look.status, 0) << look.output;
  EXPECT_THAT(look.output, HasSubstr("live, alive"));
  EXPECT_THAT(look.output, HasSubstr("the producer waits for consumer 'count'"));
  EXPECT_THAT(look.output, HasSubstr("departure   = '2001/01/01 00:47'"));
  EXPECT_TRUE(readsToEnd(count));
  EXPECT_EQ(publisher.wait(), 0);
}

TEST(Flights, OnlyATerminalShowsTheBar) {
  const SegmentName plainName;
  const SegmentName barName;
  const std::string rounds = " " + flightsCsv + " --rounds 4";
  const Ran plain = run(examples + "/publish_flights " + plainName.str() + rounds);
  EXPECT_EQ(plain.status, 0) << plain.output;
  EXPECT_THAT(plain.output, HasSubstr("published 20000 of 80000 flights\npublished 40000 of"));
  EXPECT_THAT(plain.output, Not(HasSubstr("\r")));
  const Ran bar = run("script -qec '" + examples + "/publish_flights " + barName.str() + rounds +
                      "' /dev/null");
  EXPECT_EQ(bar.status, 0) << bar.output;
  EXPECT_THAT(bar.output, HasSubstr("\r[####################....................]  50 %, 40000"));
  EXPECT_THAT(bar.output, HasSubstr("\r[########################################] 100 %, 80000"));
}

TEST(Flights, ALineThatTheRecordCannotHoldIsNamedAndRefused) {
  const SegmentName segment;
  const ScratchDirectory directory;
  const std::string file = directory.path() + "/odd.csv";
  const std::string header = "date,delay,distance,origin,destination\n";
  const std::string good = "2001/01/01 00:47,66,1750,DTW,LAS\n";
  for (const char* odd :
       {"2001/01/01 00:47,+6,1750,DTW,LAS\n", "2001/01/01 00:47,66,1750,DTWX,LAS\n",
        "2001/01/01 00:47,66,1750,DTW\n", "2001/01/01 00:47,66,1750,DTW,LAS,1\n",
        "2001/01/01 00:47,66,1750,DTW,LAS\r\n", "2001/01/01 00:47,66,1750,DTW,LAS",
        "2001/01/01 00:47:00,66,1750,DTW,LAS\n", "2001/01/01 00:47,9999999999,1750,DTW,LAS\n",
        "\n"}) {
    std::ofstream(file) << header << good << odd;
    const Ran ran = run(examples + "/publish_flights " + segment.str() + " " + file);
    EXPECT_EQ(ran.status, 1) << odd;
    EXPECT_THAT(ran.output, HasSubstr("odd.csv:3: not a flight"));
  }
  std::ofstream(file) << good;
  EXPECT_THAT(run(examples + "/publish_flights " + segment.str() + " " + file).output,
              HasSubstr("does not begin with date,"));
  EXPECT_FALSE(fs::exists("/dev/shm/" + segment.str()));
}

}  // namespace
}  // namespace sluice
