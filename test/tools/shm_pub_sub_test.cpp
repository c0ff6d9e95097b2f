// Messages through shm-pub and shm-sub, as a shell has them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dumped_image.hpp"
#include "support/scratch_directory.hpp"
#include "support/shell_command.hpp"

namespace sluice {
namespace {

using ::testing::HasSubstr;

class Pipes : public ::testing::Test {
 protected:
  /// Runs a shell command in a folder of its own, in which $P is shm-pub and $S is shm-sub, of the
  /// segment "log" there.
  Ran run(const std::string& command) const {
    const std::string tool = SLUICE_TOOLS_DIR "/shm-";
    return testing::run("cd " + directory_.path() + "; P='" + tool + "pub ./log'; S='" + tool +
                        "sub ./log'; { " + command + "; } 2>&1");
  }
  testing::ScratchDirectory directory_;
};

TEST_F(Pipes, CarryLinesOfAnyLengthToSeveralReaders) {
  const Ran ran = run(
      "{ seq 1 5000; echo; head -c 100000 /dev/zero | tr '\\0' x; echo; echo last; } > in;"
      "$S --within 60 --name a > a & $S --within 60 --name b > b &"
      "$P --wait-for a --wait-for b < in; echo status $?; wait; cmp in a && cmp in b && echo same");
  EXPECT_EQ(ran.output, "status 0\nsame\n");
}

TEST_F(Pipes, CarryAnyBytesByTheirLength) {
  const Ran ran =
      run("{ printf '\\005\\000\\000\\000a\\nb\\000c'; printf '\\000\\000\\000\\000';"
          "printf '\\000\\001\\000\\000'; head -c 256 /dev/urandom; } > in;"
          "$P --framing length --payload 4096 --kind 9 < in; echo status $?;"
          "$S --framing length --from oldest > out; cmp in out && echo same;" SLUICE_TOOLS_DIR
          "/shm-dump ./log --last 3 | grep 'kind 9'");
  EXPECT_EQ(ran.output,
            "status 0\nsame\n  kind 9, 5 bytes in its slot\n  kind 9, 0 bytes in its slot\n"
            "  kind 9, 256 bytes in the payload region at 4096\n");
}

TEST_F(Pipes, CarryWhatEndsWithAByteZero) {
  const Ran ran = run(
      "printf 'a\\nb\\000\\000c' | $P --framing nul; $S --framing nul --from oldest | tr '\\0' ,");
  EXPECT_EQ(ran.output, "a\nb,,c,");
}

TEST_F(Pipes, ThatAreHeldGoOnWhereTheReaderWasEnded) {
  const Ran ran =
      run("seq 1 30000 > in; $S --within 60 --name a --hold > one & reader=$!;"
          "{ head -n 15000 in; until [ -e go ]; do sleep 0.01; done; tail -n 15000 in; } |"
          "$P --payload 65536 --wait-for a & producer=$!;"
          "for i in $(seq 6000); do [ -s one ] && break; sleep 0.01; done;"
          "kill $reader; wait $reader; echo status $?; touch go;"
          "$S --name a --hold --count 1000 > two; echo status $?;"
          "$S --name a --hold > three; echo status $?; wait $producer;"
          "cat one two three | cmp - in && echo same");
  EXPECT_EQ(ran.output, "status 0\nstatus 0\nstatus 0\nsame\n");
}

TEST_F(Pipes, AreContinuedByTheNextProducerWhereTheyWereLeftOpen) {
  const Ran ran =
      run("echo one | $P --leave-open; echo two | $P --leave-open; echo three | $P;"
          "$S --from oldest");
  EXPECT_EQ(ran.output, "one\ntwo\nthree\n");
}

TEST_F(Pipes, BeginAnewWhereTheStreamWasClosedUnlessSomebodyHasMessagesToRead) {
  const Ran ran =
      run("echo one | $P; printf '2\\n3\\n' | $P; echo status $?;"
          "$S --from oldest --name a --hold --count 1; echo four | $P; echo status $?");
  EXPECT_THAT(ran.output, HasSubstr("status 0\n2\n"));
  EXPECT_THAT(ran.output, HasSubstr("'a'"));
  EXPECT_THAT(ran.output, HasSubstr("status 1\n"));
}

TEST_F(Pipes, EndQuietlyWhenNobodyReadsAnyMore) {
  const Ran ran =
      run("exec 3>&1; seq 1 100000 | $P --payload 8MB --capacity 131072; { $S --from oldest 2>&3; "
          "echo status $? "
          ">&3; } | head -1");
  EXPECT_THAT(ran.output, HasSubstr("status 0\n"));
  EXPECT_EQ(ran.output.size(), std::string("1\nstatus 0\n").size()) << ran.output;
}

TEST_F(Pipes, WriteRecordsAsJsonByTheirFields) {
  testing::SegmentImage image;
  image.publish(2);
  image.producer().state.store(detail::ProducerState::closed, std::memory_order_relaxed);
  image.save(directory_.path() + "/log");
  EXPECT_EQ(run("$S --from oldest; echo status $?").output,
            "{\"time\":0,\"price\":0.5,\"volume\":-1,\"symbol\":\"ABCD\"}\n"
            "{\"time\":1,\"price\":1.5,\"volume\":-1,\"symbol\":\"ABCD\"}\nstatus 0\n");
}

TEST_F(Pipes, SayWhatIsWrong) {
  EXPECT_THAT(run("head -c 5000 /dev/zero | tr '\\0' x | $P --payload 4096; echo status $?").output,
              ::testing::AllOf(HasSubstr("message 0 of the input has 5000 bytes"),
                               HasSubstr("at most 2048"), HasSubstr("status 2")));
  EXPECT_THAT(run("printf 'abc' | $P --framing length; echo status $?").output,
              ::testing::AllOf(HasSubstr("ends within a message"), HasSubstr("status 2")));
  EXPECT_THAT(run("$S --framing words; echo status $?").output, HasSubstr("status 2"));
  EXPECT_THAT(run("$S --hold; echo status $?").output, HasSubstr("status 2"));
  EXPECT_THAT(run("rm -f log; $S; echo status $?").output, HasSubstr("status 2"));
  EXPECT_THAT(run("$P --directory /tmp < /dev/null; echo status $?").output,
              HasSubstr("excludes --directory"));
}

}  // namespace
}  // namespace sluice
