// How shm-pub and shm-sub end, and what they say then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "pipes.hpp"
#include "support/sanitizers.hpp"

namespace sluice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(Pipes, EndQuietlyWhenNobodyReadsAnyMore) {
  const Ran ran =
      run("exec 3>&1; seq 1 100000 | $P --payload 8MB --capacity 131072; { $S --from oldest 2>&3; "
          "echo status $? "
          ">&3; } | head -1");
  EXPECT_THAT(ran.output, HasSubstr("status 0\n"));
  EXPECT_EQ(ran.output.size(), std::string("1\nstatus 0\n").size()) << ran.output;
}

TEST_F(Pipes, SayThatADiskIsFullAndCommitNothingOfIt) {
  const Ran ran =
      run("printf '1\\n2\\n' | $P; $S --from oldest --name a --hold > /dev/full; echo status $?;"
          "$S --name a --hold");
  EXPECT_THAT(ran.output, AllOf(HasSubstr("shm-sub: standard output cannot be written: No space"),
                                HasSubstr("status 2\n1\n2\n")));
}

TEST_F(Pipes, SayThatThereIsNoOutputAtAll) {
  EXPECT_THAT(run("echo 1 | $P; $S --from oldest >&-; echo status $?").output,
              AllOf(HasSubstr("cannot be written: Bad file"), HasSubstr("status 2\n")));
}

TEST_F(Pipes, EndAtOnceOnASignalWhileTheyWaitForTheSegment) {
  // The shell of a test lets its background ignore SIGINT.
  for (const auto& [name, status] : {std::pair{"TERM", "143"}, std::pair{"INT", "130"}}) {
    const Ran ran = run(std::string("env --default-signal=INT $S --within 3600 & reader=$!;"
                                    "for i in $(seq 6000); do "
                                    "  ls -l /proc/$reader/fd | grep -q inotify && break;"
                                    "  sleep 0.01; done; kill -") +
                        name + " $reader; wait $reader; echo status $?");
    EXPECT_THAT(ran.output, HasSubstr(std::string("status ") + status + "\n"));
  }
}

TEST_F(Pipes, EndAtOnceOnASignalWhileTheyWaitForAConsumer) {
  const Ran ran =
      run("echo 1 > in; $P --wait-for a < in & producer=$!;"
          "for i in $(seq 6000); do [ -e log ] && break; sleep 0.01; done;"
          "kill $producer; wait $producer; echo status $?");
  EXPECT_THAT(ran.output, HasSubstr("status 143\n"));
}

TEST_F(Pipes, EndInOrderOnASignalWhileTheyWaitForMessages) {
  const Ran ran =
      run("{ echo 1; until [ -e go ]; do sleep 0.01; done; } | $P --wait-for a & producer=$!;"
          "$S --within 60 --name a > out & reader=$!;"
          "for i in $(seq 6000); do [ -s out ] && break; sleep 0.01; done;"
          "kill $reader; wait $reader; echo status $?; touch go; wait $producer; cat out");
  EXPECT_EQ(ran.output, "status 0\n1\n");
}

TEST_F(Pipes, EndOnASecondSignalThoughTheFirstWaitsBehindAWrite) {
  if (testing::underThreadSanitizer)
    GTEST_SKIP() << "ThreadSanitizer takes each signal itself, also where the system would not";
  const Ran ran =
      run("seq 1 100000 | $P --payload 8MB --capacity 131072; mkfifo pipe;"
          "$S --from oldest > pipe & reader=$!; exec 3< pipe; read -r line <&3;"
          // A reader that sleeps beside a pipe without room for a page sleeps behind its write.
          "for i in $(seq 6000); do"
          "  ! dd if=/dev/zero of=pipe bs=4096 count=1 oflag=nonblock 2> /dev/null &&"
          "    grep -qs 'State:.S' /proc/$reader/status && break; sleep 0.01; done;"
          "for i in $(seq 6000); do kill $reader; grep -qs 'State:.[^Z]' /proc/$reader/status || "
          "break; sleep 0.01; done; wait $reader; echo status $?");
  EXPECT_THAT(ran.output, HasSubstr("status 143\n"));
}

TEST_F(Pipes, WaitForTheSegmentAsLongAsTheySayToTheFraction) {
  // What is cut to nothing is not waited for, and is told as a name that is not there.
  EXPECT_THAT(run("$S --within 0.0000004; echo status $?").output,
              AllOf(HasSubstr("none within the limit"), HasSubstr("status 2\n")));
  const Ran ran =
      run("s=$(date +%s%N); $S --within 1.4; e=$(date +%s%N);"
          "echo $(((e - s) / 100000000))");
  const std::size_t line = ran.output.find('\n');
  ASSERT_NE(line, std::string::npos);
  EXPECT_GE(std::stoi(ran.output.substr(line)), 14) << ran.output;
}

TEST_F(Pipes, WaitForEverWhereTheySayLongerThanTheClockCounts) {
  const Ran ran =
      run("$S --within 1e30 --name a & reader=$!; echo 1 | $P --wait-for a;"
          "wait $reader; echo status $?");
  EXPECT_EQ(ran.output, "1\nstatus 0\n");
}

TEST_F(Pipes, SayWhatIsWrong) {
  EXPECT_THAT(run("head -c 5000 /dev/zero | tr '\\0' x | $P --payload 4096; echo status $?").output,
              AllOf(HasSubstr("message 0 of the input has 5000 bytes"), HasSubstr("at most 2048"),
                    HasSubstr("status 2")));
  EXPECT_THAT(run("printf 'abc' | $P --framing length; echo status $?").output,
              AllOf(HasSubstr("ends within a message"), HasSubstr("status 2")));
  EXPECT_THAT(run("$S --framing words; echo status $?").output, HasSubstr("status 2"));
  EXPECT_THAT(run("$S --hold; echo status $?").output, HasSubstr("status 2"));
  EXPECT_THAT(run("rm -f log; $S; echo status $?").output, HasSubstr("status 2"));
  EXPECT_THAT(run("$P --directory /tmp < /dev/null; echo status $?").output,
              HasSubstr("excludes --directory"));
  EXPECT_THAT(run("$PUB --like ./log log --directory /dev/shm < /dev/null").output,
              HasSubstr("SEGMENT is a path"));
}

}  // namespace
}  // namespace sluice
