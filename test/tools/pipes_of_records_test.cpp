// Records through shm-sub and shm-pub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record_pipes.hpp"
#include "support/segment_image.hpp"

namespace sluice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Texts = std::vector<std::string_view>;

/// Finite: the ends of what a number can be, and any others.
template <class Real>
Real realOf(std::mt19937_64& random) {
  using Limits = std::numeric_limits<Real>;
  const std::array ends{Real{0},
                        -Real{0},
                        Limits::max(),
                        Limits::lowest(),
                        Limits::min(),
                        Real{1},
                        Limits::denorm_min(),
                        Limits::epsilon(),
                        Real{1} / Real{3},
                        static_cast<Real>(123456789),
                        static_cast<Real>(9007199254740993.0)};
  if (random() % 2 == 0) return ends[random() % ends.size()];
  const auto bits = random();
  Real number{};
  std::memcpy(&number, &bits, sizeof number);
  return std::isfinite(number) ? number : Real{-1};
}

/// Bits of an integer: the ends of what it can be, and any others.
std::uint64_t integerOf(std::mt19937_64& random, std::size_t size) {
  const std::uint64_t all = std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * size);
  const std::array<std::uint64_t, 5> ends{0, 1, all / 2, all / 2 + 1, all};
  return random() % 2 == 0 ? ends[random() % ends.size()] : random();
}

template <class Value>
void put(std::byte* place, const Value& value, std::size_t size = sizeof(Value)) {
  std::memcpy(place, &value, size);
}

void fill(std::byte* place, const Field& field, std::mt19937_64& random, const Texts& texts) {
  if (field.kind == FieldKind::text) {
    std::string_view text = texts[random() % texts.size()];
    if (text.size() > field.count) text = "";
    std::copy(text.begin(), text.end(), reinterpret_cast<char*>(place));
    return;
  }
  const bool isNumber = field.size <= sizeof(std::uint64_t) && field.kind != FieldKind::bytes;
  for (std::size_t i = 0; i < field.count; ++i, place += field.size) {
    if (field.kind == FieldKind::boolean)
      put(place, random() % 2 == 0);
    else if (field.kind == FieldKind::real && field.size == sizeof(float))
      put(place, realOf<float>(random));
    else if (field.kind == FieldKind::real && field.size == sizeof(double))
      put(place, realOf<double>(random));
    else if (isNumber)
      put(place, integerOf(random, field.size), field.size);
    else
      std::generate(place, place + field.size, [&] { return static_cast<std::byte>(random()); });
  }
}

std::vector<Sample> samplesWith(const Texts& texts) {
  std::mt19937_64 random(7);
  std::vector<Sample> samples(300);
  for (Sample& sample : samples)
    for (const Field& field : recordFields<Sample>)
      fill(reinterpret_cast<std::byte*>(&sample) + field.offset, field, random, texts);
  return samples;
}

const Texts unicode{"",     "a",  "eleven char", "a,b", "\"", "\"\"a\"",
                    "x\ny", "\r", "\r\n\t",      "é€",  " a "};
const Texts anyBytes{"", "\xff\xfe", "a\"\xc3", "\n", "\",\"", "\x01\x7f\x80\r\n", ","};

TEST_F(Pipes, WriteRecordsAsJsonByTheirFields) {
  testing::SegmentImage image;
  image.publish(2);
  image.producer().state.store(detail::ProducerState::closed, std::memory_order_relaxed);
  image.save(path());
  EXPECT_EQ(run("$S --from oldest; echo status $?").output,
            "{\"time\":0,\"price\":0.5,\"volume\":-1,\"symbol\":\"ABCD\"}\n"
            "{\"time\":1,\"price\":1.5,\"volume\":-1,\"symbol\":\"ABCD\"}\nstatus 0\n");
}

TEST_F(RecordPipes, WriteCsvWithAHeaderAndNamesOfNestedFieldsAndArrays) {
  Sample sample{};
  sample.isFirst = true;
  sample.tiny = -1;
  sample.single = 0.1F;
  sample.wide = 1e300;
  sample.side = Side::sell;
  sample.text = {'a', ',', '"', 'b', '"'};
  sample.letter = 'x';
  sample.numbers = {1, -2, 3};
  sample.flags = {false, true};
  sample.bid = {17.5, 4};
  sample.levels[1] = {18, 5};
  sample.bytes = {std::byte{0xab}};
  sample.opaque[1].bytes = {0xcd};
  sample.last = {' ', '\n'};
  publish({sample});
  EXPECT_EQ(
      run("$SUB ./a --from oldest --format csv").output,
      "isFirst,tiny,small,medium,large,unsignedTiny,unsignedSmall,unsignedMedium,unsignedLarge,"
      "single,wide,side,text,letter,numbers[0],numbers[1],numbers[2],flags[0],flags[1],"
      "singles[0],singles[1],bid.price,bid.volume,levels[1].price,bytes[0],bytes[1],opaque,"
      "longest,last\n"
      "true,-1,0,0,0,0,0,0,0,0.1,1e+300,2,\"a,\"\"b\"\"\",x,1,-2,3,false,true,0,0,17.5,4,18,"
      "171,0,000000cd0000,00000000000000000000000000000000,\" \n\"\n");
}

TEST_F(RecordPipes, WriteTheHeaderBeforeThereIsARecord) {
  publish({});
  EXPECT_THAT(run("$SUB ./a --from oldest --format csv").output,
              AllOf(HasSubstr("isFirst,tiny"), HasSubstr(",last\n")));
  EXPECT_EQ(run("$SUB ./a --from oldest").output, "");
}

TEST_F(RecordPipes, CarryEveryFieldBitByBitInJson) {
  const auto samples = samplesWith(unicode);
  publish(samples);
  EXPECT_EQ(carry("json").output, "status 0\n");
  EXPECT_THAT(recordsOf("a"), SizeIs(samples.size()));
  EXPECT_EQ(recordsOf("b"), recordsOf("a"));
}

TEST_F(RecordPipes, CarryEveryFieldBitByBitInCsv) {
  Texts texts = unicode;
  texts.insert(texts.end(), anyBytes.begin(), anyBytes.end());
  const auto samples = samplesWith(texts);
  publish(samples);
  EXPECT_EQ(carry("csv").output, "status 0\n");
  EXPECT_THAT(recordsOf("a"), SizeIs(samples.size()));
  EXPECT_EQ(recordsOf("b"), recordsOf("a"));
}

TEST_F(RecordPipes, CarryEveryFieldBitByBitHoweverLinesAreToldApart) {
  publish(samplesWith(unicode));
  for (const std::string format : {"json", "csv"})
    for (const std::string framing : {"nul", "length"}) {
      const std::string how = " --format " + format + " --framing " + framing;
      EXPECT_EQ(run("$SUB ./a --from oldest" + how + " | $PUB --like ./a ./b" + how).output, "");
      EXPECT_EQ(recordsOf("b"), recordsOf("a")) << how;
    }
}

TEST_F(RecordPipes, CarryNumbersThatAreNotFiniteInCsvAndRefuseThemInJson) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Sample sample{};
  sample.wide = none;
  sample.single = static_cast<float>(infinite);
  sample.singles = {-static_cast<float>(infinite), std::copysign(static_cast<float>(none), -1.0F)};
  sample.bid.price = std::copysign(none, -1.0);
  publish({sample});
  EXPECT_EQ(carry("csv").output, "status 0\n");
  EXPECT_EQ(recordsOf("b"), recordsOf("a"));
  EXPECT_THAT(carry("json").output,
              AllOf(HasSubstr("line 1 of the input: field 'single': found null, expected a number"),
                    HasSubstr("--format csv"), HasSubstr("status 2")));
}

TEST_F(RecordPipes, HaveTheLayoutAndTheSizeOfTheRingThatTheyAreLike) {
  publish<packed>(samplesWith(unicode));
  EXPECT_EQ(carry("json").output, "status 0\n");
  EXPECT_EQ(recordsOf("b"), recordsOf("a"));
  const auto b = UntypedObserver::attach("b", {.directory = directory_.path()}).value();
  EXPECT_EQ(b.slotLayout(), SlotLayout::packed);
  EXPECT_EQ(b.capacity(), 512U);
  EXPECT_EQ(b.record().name, "Sample");
  EXPECT_EQ(b.record().alignment, alignof(Sample));
  EXPECT_EQ(fingerprintOf(b.record().fields), fingerprintOf(recordFields<Sample>));
  EXPECT_TRUE((Consumer<Sample, packed>::attach("b", {.directory = directory_.path()})));
}

TEST_F(RecordPipes, OfARecordThatDescribesNoFieldsCarryItsBytes) {
  struct Plain {
    std::array<std::uint8_t, 6> bytes;
  };
  auto ring = Producer<Plain>::create("a", {.capacity = 8, .directory = directory_.path()}).value();
  ring.send({{1, 2, 3, 4, 5, 0xff}});
  ring.close();
  EXPECT_EQ(run("$SUB ./a --from oldest | tee /dev/stderr | $PUB --like ./a ./b;"
                "$SUB ./b --from oldest --format csv")
                .output,
            "{\"bytes\":\"0102030405ff\"}\nbytes\n0102030405ff\n");
}

TEST_F(RecordPipes, WithoutAnotherNameGoOnInTheRingThatTheyAreLike) {
  testing::SegmentImage image;
  image.publish(2);
  image.producer().state.store(detail::ProducerState::left, std::memory_order_relaxed);
  image.save(path("a"));
  EXPECT_EQ(run("echo '{\"time\":7,\"price\":1,\"volume\":2,\"symbol\":\"\"}' | $PUB --like ./a;"
                "echo status $?; $SUB ./a --from oldest --format csv")
                .output,
            "status 0\ntime,price,volume,symbol\n0,0.5,-1,ABCD\n1,1.5,-1,ABCD\n7,1,2,\n");
}

}  // namespace
}  // namespace sluice
