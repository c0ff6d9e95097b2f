// The tutorial shows parts of programs, and these print what it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/shell_command.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string textOf(const std::string& path) {
  std::ifstream in(SLUICE_SOURCE_DIR "/" + path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// The same lines without what they are indented by.
std::string flat(const std::string& text) {
  std::istringstream in(text);
  std::string lines;
  for (std::string line; std::getline(in, line);) {
    const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
    lines += line.substr(start) + "\n";
  }
  return lines;
}

/// What the document shows of one program.
struct Shown {
  std::string source;
  std::vector<std::string> parts;
  std::string output;
};

const std::string tutorialFolder = "examples/tutorial/";

/// By the program's name. A block belongs to the program that was linked last before it.
std::map<std::string, Shown> tutorial() {
  static const std::regex link(R"(^\[(\w+)\.c(?:pp)?\]\(\.\./(examples/[\w/]+\.c(?:pp)?)\).*)");
  std::map<std::string, Shown> programs;
  std::istringstream in(textOf("docs/tutorial.md"));
  std::string program;
  std::string fence;
  std::string block;
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (line.starts_with("```") && fence.empty()) {
      fence = line.substr(3);
    } else if (line == "```") {
      if (fence == "cpp" || fence == "c") programs[program].parts.push_back(block);
      if (fence == "text") programs[program].output += block;
      fence.clear();
      block.clear();
    } else if (!fence.empty()) {
      block += line + "\n";
    } else if (std::regex_match(line, match, link)) {
      program = match[1];
      programs[program].source = match[2];
    }
  }
  return programs;
}

std::string pathOf(const std::string& program) {
  return SLUICE_EXAMPLES_DIR "/tutorial_" + program;
}

testing::Ran run(const std::string& program) {
  const testing::SegmentName name;
  return testing::run(pathOf(program) + " " + name.str() + " 2>&1");
}

/// Parts that are built where their packages are installed.
const std::set<std::string> partsOfPackages{"libuv", "protobuf"};

TEST(Tutorial, ShowsPartsOfItsPrograms) {
  for (const auto& [program, shown] : tutorial()) {
    const std::string source = flat(textOf(shown.source));
    EXPECT_THAT(shown.parts, Not(SizeIs(0))) << program;
    for (const std::string& part : shown.parts)
      EXPECT_THAT(source, HasSubstr(flat(part))) << program;
  }
}

TEST(Readme, ShowsPartsOfItsPrograms) {
  const std::string sources = flat(textOf("examples/ticks.cpp") + textOf("examples/messages.cpp"));
  std::istringstream in(textOf("README.md"));
  bool isCode = false;
  std::string block;
  std::size_t blocks = 0;
  for (std::string line; std::getline(in, line);) {
    if (isCode && line != "```") block += line + "\n";
    if (isCode && line == "```") {
      EXPECT_THAT(sources, HasSubstr(flat(block)));
      ++blocks;
    }
    if (line.starts_with("```")) {
      isCode = line == "```cpp";
      block.clear();
    }
  }
  EXPECT_EQ(blocks, 2u);
}

TEST(Tutorial, ShowsEveryProgramAndWhatItPrints) {
  namespace fs = std::filesystem;
  const auto programs = tutorial();
  for (const auto& entry : fs::directory_iterator(SLUICE_SOURCE_DIR "/" + tutorialFolder)) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".c") continue;
    const std::string program = entry.path().stem().string();
    ASSERT_TRUE(programs.contains(program)) << program;
    if (partsOfPackages.contains(program)) continue;
    const testing::Ran ran = run(program);
    EXPECT_EQ(ran.status, 0) << program << ": " << ran.output;
    EXPECT_EQ(ran.output, programs.at(program).output) << program;
  }
  for (const auto& [program, shown] : programs)
    EXPECT_TRUE(fs::exists(SLUICE_SOURCE_DIR "/" + shown.source)) << shown.source;
}

class TutorialOfPackages : public ::testing::TestWithParam<std::string> {};

TEST_P(TutorialOfPackages, ShowsWhatItPrintsWhereTheyAreInstalled) {
  const std::string& program = GetParam();
  if (!std::filesystem::exists(pathOf(program))) GTEST_SKIP() << "it was not built";
  const testing::Ran ran = run(program);
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(ran.output, tutorial().at(program).output);
}

INSTANTIATE_TEST_SUITE_P(Program, TutorialOfPackages, ::testing::ValuesIn(partsOfPackages),
                         [](const auto& program) { return program.param; });

}  // namespace
}  // namespace sluice
