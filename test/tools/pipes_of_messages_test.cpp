// Messages through shm-pub and shm-sub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "pipes.hpp"

namespace sluice {
namespace {

using ::testing::HasSubstr;

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
          "$S --framing length --from oldest > out; cmp in out && echo same;"
          "$D ./log --last 3 | grep 'kind 9'");
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

}  // namespace
}  // namespace sluice
