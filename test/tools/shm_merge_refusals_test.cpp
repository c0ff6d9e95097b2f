// What shm-merge does not do, and what it says then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "merging.hpp"
#include "sluice/message.hpp"

namespace sluice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::size_t countOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++count;
  return count;
}

using MergingRefuses = Merging;

TEST_F(MergingRefuses, AnOutputThatIsAnInputToo) {
  EXPECT_EQ(run({"log-*", "log-all"}), 2);
  EXPECT_THAT(said(), HasSubstr("log-all is an output that the input log-* means too"));
  std::filesystem::create_directory_symlink(directory(), directory() + "/.same");
  const auto ran = testing::run(SLUICE_TOOLS_DIR "/shm-merge " + directory() + "/a " + directory() +
                                "/.same/a 2>&1");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, HasSubstr("a is an output that the input a means too"));
}

TEST_F(MergingRefuses, AnOutputForOtherRecords) {
  auto a = create("a");
  auto all = create<std::uint32_t>("all");
  EXPECT_EQ(run({"a", "all"}), 2);
  EXPECT_THAT(said(),
              AllOf(HasSubstr("all: recordName: found no name"), HasSubstr("Merged<Quote>")));
}

TEST_F(MergingRefuses, AnOutputThatHasAProducer) {
  auto a = create("a");
  auto first = start({"a", "all"});
  auto in = attach("reader");
  EXPECT_EQ(run({"a", "all", "--name", "second"}), 1);
  EXPECT_THAT(said(), HasSubstr("producer"));
  // The first one is undisturbed.
  publish(a, 0, 1);
  EXPECT_THAT(take(in, 1), SizeIs(1));
}

TEST_F(MergingRefuses, AnOutputThatWasClosed) {
  auto a = create("a");
  publish(a, 0, 2);
  a.close();
  EXPECT_EQ(run({"a", "all"}), 0);
  EXPECT_EQ(run({"a", "all"}), 1);
  EXPECT_THAT(said(), HasSubstr("shm-rm"));
  auto in = attach("reader");
  EXPECT_THAT(take(in, 3), SizeIs(2));
}

TEST_F(MergingRefuses, AnInputOfOtherRecordsOnceAndReadsTheOthers) {
  auto a = create("a");
  auto other = create<std::uint32_t>("b");
  auto messages = MessageProducer::create(
                      "c", {.payloadBytes = 1 << 16, .producer = {.directory = directory()}})
                      .value();
  std::ofstream(directory() + "/d") << "no segment";
  publish(a, 0, 3);
  a.close();
  EXPECT_EQ(run({"a", "b", "c", "d", "all"}), 1);
  for (const std::string name : {"b", "c", "d"})
    EXPECT_EQ(countOf(said(), directory() + "/" + name + ":"), 1u) << said();
  // The output is left open for what they may become.
  auto in = attach("reader");
  EXPECT_THAT(take(in, 3), SizeIs(3));
  EXPECT_EQ(in.tryWait().status(), Status::timedOut);
}

TEST_F(MergingRefuses, AFieldToMergeByThatIsNoNumber) {
  auto a = create("a");
  EXPECT_EQ(run({"a", "all", "--by", "symbol"}), 2);
  EXPECT_THAT(said(), HasSubstr("--by: found 'symbol', expected a field of 'Quote' that is one "
                                "number: time, price"));
  EXPECT_FALSE(std::filesystem::exists(directory() + "/all")) << "nothing was begun";
}

TEST_F(MergingRefuses, ANameThatNoConsumerCanHave) {
  auto a = create("a");
  EXPECT_EQ(run({"a", "all", "--name", std::string(64, 'x')}), 2);
  EXPECT_EQ(run({"a", "all", "--name", "line\n"}), 2);
  EXPECT_EQ(run({"a", std::string(60, 'x')}), 2) << "merge: and the output's name";
  EXPECT_THAT(said(), HasSubstr("--name: "));
  EXPECT_FALSE(std::filesystem::exists(directory() + "/all")) << "nothing was begun";
}

TEST_F(MergingRefuses, WhatIsNoArgument) {
  for (const Arguments& bad :
       {Arguments{"a"}, Arguments{"a", ".hidden", "all"}, Arguments{"a", "all", "--quiet", "1"},
        Arguments{"", "all"}, Arguments{"a", std::string(70, 'x')}})
    EXPECT_EQ(run(bad), 2) << bad.front();
}

TEST_F(MergingRefuses, ToGoOnSilentlyWhereRecordsWereOverwrittenBeforeItCame) {
  auto a = Producer<Quote>::create("a", {.capacity = 8, .directory = directory()}).value();
  publish(a, 0, 20);
  a.close();
  auto tool = start({"a", "all"});
  auto in = attach("reader");
  take(in, 20);
  EXPECT_EQ(tool.wait(), 0);
  EXPECT_THAT(said(), HasSubstr("a: records 0 to 11 were overwritten before it was read"));
}

TEST_F(MergingRefuses, ToWaitOnForAnInputWhenASignalComes) {
  auto tool = start({"log-*", "all"});
  ASSERT_TRUE(testing::eventually([&] {
    std::ifstream status("/proc/" + std::to_string(tool.pid()) + "/status");
    const std::string all{std::istreambuf_iterator<char>(status), {}};
    return all.find("Threads:\t2") != std::string::npos;
  }));
  tool.signal(SIGTERM);
  EXPECT_EQ(tool.wait(), 0);
  EXPECT_THAT(said(), IsEmpty());
}

}  // namespace
}  // namespace sluice
