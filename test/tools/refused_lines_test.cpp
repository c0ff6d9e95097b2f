// Lines of which shm-pub makes no record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "pipes.hpp"
#include "support/segment_image.hpp"

namespace sluice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class RefusedLines : public Pipes {
 protected:
  /// A ring of quotes to be like: time, price, volume, symbol.
  RefusedLines() { image_.save(path("a")); }

  /// What shm-pub says of these lines, and then how many records it has published.
  std::string saidOf(const std::string& lines, const std::string& format = "json") const {
    std::ofstream(path("in"), std::ios::binary) << lines;
    return run("rm -f b; $PUB --like ./a ./b --format " + format +
               " < in; echo status $?; [ -e b ] && $SUB ./b --from oldest | wc -l")
        .output;
  }

  testing::SegmentImage image_;
};

/// Two lines that are good, and then these.
std::string json(const std::string& line) {
  const std::string good = R"({"time":1,"price":1.5,"volume":-1,"symbol":"AB"})";
  return good + "\n" + good + "\n" + line + "\n" + good + "\n";
}
std::string csv(const std::string& lines) {
  return "time,price,volume,symbol\n1,1.5,-1,AB\n" + lines;
}

auto isRefused(const std::string& what, int published) {
  return AllOf(StartsWith("shm-pub: line 3 of the input: " + what),
               HasSubstr("\nstatus 2\n" + std::to_string(published) + "\n"));
}

TEST_F(RefusedLines, OfJsonAreToldByNumberFieldAndWhatWasExpected) {
  const auto of = [](const std::string& time, const std::string& price, const std::string& volume,
                     const std::string& symbol) {
    return json("{\"time\":" + time + ",\"price\":" + price + ",\"volume\":" + volume +
                ",\"symbol\":" + symbol + "}");
  };
  EXPECT_THAT(saidOf(of("-1", "1", "1", "\"\"")),
              isRefused("field 'time': found -1, expected an integer from 0 to "
                        "18446744073709551615",
                        2));
  EXPECT_THAT(saidOf(of("1.0", "1", "1", "\"\"")),
              isRefused("field 'time': found 1.0, expected", 2));
  EXPECT_THAT(saidOf(of("18446744073709551616", "1", "1", "\"\"")),
              isRefused("field 'time': found 1", 2));
  EXPECT_THAT(saidOf(of("1", "\"1\"", "1", "\"\"")),
              isRefused("field 'price': found \"1\", expected a number", 2));
  EXPECT_THAT(saidOf(of("1", "1", "2147483648", "\"\"")),
              isRefused("field 'volume': found 2147483648, expected an integer from -2147483648 to "
                        "2147483647",
                        2));
  EXPECT_THAT(saidOf(of("1", "1", "-2147483649", "\"\"")),
              isRefused("field 'volume': found -21", 2));
  EXPECT_THAT(saidOf(of("1", "1", "1", "\"ABCDE\"")),
              isRefused("field 'symbol': found \"ABCDE\", expected a text of at most 4 bytes", 2));
  EXPECT_THAT(saidOf(of("1", "1", "1", "\"A\\u0000B\"")),
              isRefused("field 'symbol': found \"A\\u0000", 2));
  EXPECT_THAT(saidOf(of("1", "1", "1", "true")), isRefused("field 'symbol': found true", 2));
  EXPECT_THAT(saidOf(of("1", "[1]", "1", "\"\"")), isRefused("field 'price': found [1]", 2));
  EXPECT_THAT(saidOf(of("1", "1e400", "1", "\"\"")), isRefused("found a number that no double", 2));
}

TEST_F(RefusedLines, OfJsonWithoutTheFieldsOfTheRecordAreToldTheField) {
  EXPECT_THAT(saidOf(json(R"({"time":1,"price":1,"symbol":""})")),
              isRefused("field 'volume': found no such field", 2));
  EXPECT_THAT(
      saidOf(json(R"({"time":1,"price":1,"volume":1,"symbol":"","prize":1})")),
      isRefused("field 'prize': found a field that the record does not have, expected time, "
                "price, volume, symbol",
                2));
  EXPECT_THAT(saidOf(json(R"({"time":1,"price":1,"volume":1,"volume":2,"symbol":""})")),
              isRefused("field 'volume': found it twice", 2));
}

TEST_F(RefusedLines, OfWhatIsNoObjectAreToldWhere) {
  EXPECT_THAT(saidOf(json(R"({"time":1,"price":1,)")),
              isRefused("found no JSON at byte 21 of 20", 2));
  EXPECT_THAT(saidOf(json("")), isRefused("found nothing", 2));
  EXPECT_THAT(saidOf(json("[1,2]")), isRefused("found [1,2], expected an object", 2));
  EXPECT_THAT(saidOf(json("{\"time\":\x1b}")), isRefused("found no JSON at byte 9", 2));
}

TEST_F(RefusedLines, OfCsvAreToldByNumberFieldAndWhatWasExpected) {
  EXPECT_THAT(saidOf(csv("1,x,1,\n"), "csv"),
              isRefused("field 'price': found 'x', expected a number", 1));
  EXPECT_THAT(saidOf(csv("1,,1,\n"), "csv"), isRefused("field 'price': found nothing", 1));
  EXPECT_THAT(saidOf(csv("1, 1,1,\n"), "csv"), isRefused("field 'price': found ' 1'", 1));
  EXPECT_THAT(saidOf(csv("1,1e400,1,\n"), "csv"), isRefused("field 'price': found '1e400'", 1));
  EXPECT_THAT(saidOf(csv("18446744073709551616,1,1,\n"), "csv"),
              isRefused("field 'time': found '184", 1));
  EXPECT_THAT(saidOf(csv("1,1,1.5,\n"), "csv"), isRefused("field 'volume': found '1.5'", 1));
  EXPECT_THAT(saidOf(csv("1,1,1\n"), "csv"), isRefused("field 'symbol': found no cell", 1));
  EXPECT_THAT(saidOf(csv("1,1,1,,\n"), "csv"), isRefused("found 5 cells, expected 4", 1));
  EXPECT_THAT(saidOf(csv("1,1,1,a\"b\n"), "csv"), isRefused("field 'symbol': found a quote", 1));
  EXPECT_THAT(saidOf(csv("1,1,1,\"a\"b\n"), "csv"),
              isRefused("field 'symbol': found more behind", 1));
}

TEST_F(RefusedLines, ThatBeginARowAreToldWhereItGoesOnInOthers) {
  EXPECT_THAT(saidOf(csv("1,1,x,\"a\nb\"\n"), "csv"), isRefused("field 'volume': found 'x'", 1));
  EXPECT_THAT(saidOf(csv("1,1,1,\"a\nb\n"), "csv"),
              isRefused("found the end of the input within", 1));
}

TEST_F(RefusedLines, ThatAreCutAreNotTakenForWholeOnes) {
  EXPECT_THAT(saidOf(csv("1,1,1,AB"), "csv"), isRefused("found no end of the line", 1));
}

TEST_F(RefusedLines, OfAHeaderAreToldBeforeAnythingIsPublished) {
  const auto isTold = [](const std::string& what) {
    return AllOf(StartsWith("shm-pub: line 1 of the input: " + what), HasSubstr("status 2\n0\n"));
  };
  EXPECT_THAT(saidOf("time,price,volume\n1,1,1\n", "csv"), isTold("field 'symbol': found no such"));
  EXPECT_THAT(saidOf("time,price,volume,symbol,x\n", "csv"),
              isTold("field 'x': found a field that"));
  EXPECT_THAT(saidOf("time,price,volume,time\n", "csv"), isTold("field 'time': found it twice"));
  EXPECT_THAT(saidOf("1,1.5,-1,AB\n", "csv"), isTold("field '1': found a field that"));
}

TEST_F(RefusedLines, LeaveTheStreamToTheOneThatGoesOnBehindThem) {
  EXPECT_EQ(
      run("printf 'symbol,time,volume,price\\r\\nA,1,1,1\\r\\nB,x,1,1\\r\\n' > in;"
          "$PUB --like ./a ./b --format csv < in 2> said; cut -c 1-30 said;"
          "printf 'time,price,volume,symbol\\n2,2,2,\"B\"\\n' | $PUB --like ./a ./b --format csv;"
          "$SUB ./b --from oldest --format csv")
          .output,
      "shm-pub: line 3 of the input: \ntime,price,volume,symbol\n1,1,1,A\n2,2,2,B\n");
}

TEST_F(RefusedLines, AreNoneOfWhatTheRingCannotTakeAtAll) {
  EXPECT_THAT(run("echo x | $PUB ./log; echo x | $PUB --like ./log ./c; echo status $?;"
                  "$SUB ./log --format csv; echo status $?")
                  .output,
              AllOf(HasSubstr("found messages, expected records"), HasSubstr("status 2\nshm-sub: "),
                    HasSubstr("status 2\n")));
  EXPECT_THAT(run("echo x | $PUB --like ./none ./c; echo status $?").output,
              HasSubstr("status 2\n"));
  EXPECT_THAT(run("echo x | $PUB ./c --format csv; echo status $?").output,
              AllOf(HasSubstr("--format requires --like"), HasSubstr("status 2\n")));
  EXPECT_THAT(run("echo x | $PUB ./c --like ./a --kind 1; echo status $?").output,
              AllOf(HasSubstr("excludes"), HasSubstr("status 2\n")));
  EXPECT_THAT(run("echo x | $PUB; echo status $?").output,
              AllOf(HasSubstr("NAME is required"), HasSubstr("status 2\n")));
  EXPECT_THAT(run("[ -e c ] || echo none").output, HasSubstr("none"));
}

TEST_F(RefusedLines, AreAllWhereTwoFieldsHaveOneName) {
  detail::Choices choices = testing::quoteChoices();
  const std::array<Field, 2> twice{Field{"a[1]", 0, 8, 1, FieldKind::unsignedInteger},
                                   Field{"a", 8, 4, 2, FieldKind::signedInteger}};
  choices.record.fields = twice;
  testing::SegmentImage image(choices);
  image.save(path("a"));
  EXPECT_THAT(saidOf("", "csv"), HasSubstr("status 0\n0\n"));
  EXPECT_THAT(saidOf("a[1],a[0],a[1]\n", "csv"),
              AllOf(HasSubstr("the record has two fields 'a[1]'"), HasSubstr("status 2\n0\n")));
  EXPECT_THAT(saidOf("{\"a[1]\":1,\"a\":[1,2,3]}\n"),
              HasSubstr("field 'a': found an array of 3, expected an array of 2"));
  EXPECT_THAT(saidOf("{\"a[1]\":1,\"a\":[1,false]}\n"),
              HasSubstr("field 'a[1]': found false, expected an integer"));
  EXPECT_THAT(saidOf("{\"a[1]\":1,\"a\":[1,2]}\n"), HasSubstr("status 0\n1\n"));
}

}  // namespace
}  // namespace sluice
