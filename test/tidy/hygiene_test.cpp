// The plain rules: lengths, endings, nothing left to do, no sleeping in tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t longestHeader = 350;
constexpr std::size_t longestSource = 400;

std::vector<SourceFile> writtenFiles() {
  return filesOf(
      {"CMakeLists.txt", "CMakePresets.json", "README.md", "HACKING.md", "CHANGELOG.md", "LICENSE",
       "dev", ".ci/run", ".clang-format", ".clang-tidy", "bench", "cmake", "bindings", "docs",
       "examples", "include", "src", "test", "tools"},
      {".hpp", ".cpp", ".py", ".pyi", ".toml", ".h", ".c", ".txt", ".json", ".md", ".cmake", ".in",
       ".sh", ".pml", "LICENSE", "dev", "run", ".clang-format", ".clang-tidy"});
}

std::vector<SourceFile> allCppFiles() {
  return cppFilesOf({"include", "src", "bindings", "tools", "test", "examples", "bench"});
}

Findings missingPragmaOnce(const SourceFile& file) {
  if (!file.isHeader() || codeOf(file.text).find("#pragma once\n") != std::string::npos) return {};
  return {finding(file, 1, "has no #pragma once")};
}

Findings tooLong(const SourceFile& file) {
  const std::size_t lines = linesOf(file.text).size();
  const std::size_t longest = file.isHeader() ? longestHeader : longestSource;
  if (lines <= longest) return {};
  return {finding(file, lines, "is longer than " + std::to_string(longest) + " lines")};
}

Findings sleeps(const SourceFile& file) {
  static const std::regex call(
      R"((\b(sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep)|(^|[;{(:])\s*sleep)\s*\()");
  const std::string code = codeOf(file.text);
  Findings findings;
  for (std::sregex_iterator it(code.begin(), code.end(), call), end; it != end; ++it)
    findings.push_back(finding(file, lineAt(code, static_cast<std::size_t>(it->position())),
                               "waits by " + (*it)[1].str()));
  return findings;
}

Findings thingsLeftToDo(const SourceFile& file) {
  static const std::regex mark(
      "\\b(TO"
      "DO|FIX"
      "ME|X"
      "XX|HA"
      "CK)\\b");
  Findings findings;
  std::size_t number = 0;
  for (const std::string& line : linesOf(file.text)) {
    ++number;
    std::smatch match;
    if (std::regex_search(line, match, mark))
      findings.push_back(finding(file, number, "leaves something to do: " + match[1].str()));
  }
  return findings;
}

Findings untidyEndings(const SourceFile& file) {
  Findings findings;
  std::size_t number = 0;
  for (const std::string& line : linesOf(file.text)) {
    ++number;
    if (!line.empty() && std::string_view(" \t\r").find(line.back()) != std::string_view::npos)
      findings.push_back(finding(file, number, "ends with white space"));
  }
  if (!file.text.empty() && !file.text.ends_with('\n'))
    findings.push_back(finding(file, number, "does not end with a newline"));
  if (file.text.ends_with("\n\n"))
    findings.push_back(finding(file, number, "ends with an empty line"));
  return findings;
}

TEST(Hygiene, TheFilesAreThere) {
  EXPECT_GT(allCppFiles().size(), 50U);
  EXPECT_GT(writtenFiles().size(), allCppFiles().size());
}

TEST(Hygiene, EveryHeaderIsIncludedOnce) {
  EXPECT_THAT(findingsIn(allCppFiles(), missingPragmaOnce), IsEmpty());
}

TEST(Hygiene, NoFileIsTooLongToRead) {
  EXPECT_THAT(findingsIn(allCppFiles(), tooLong), IsEmpty());
}

TEST(Hygiene, NoTestWaitsBySleeping) {
  EXPECT_THAT(findingsIn(cppFilesOf({"test"}), sleeps), IsEmpty());
}

TEST(Hygiene, NothingIsLeftToDo) {
  EXPECT_THAT(findingsIn(writtenFiles(), thingsLeftToDo), IsEmpty());
}

TEST(Hygiene, LinesAndFilesEndTidily) {
  EXPECT_THAT(findingsIn(writtenFiles(), untidyEndings), IsEmpty());
}

TEST(HygieneCheck, FindsAHeaderWithoutPragmaOnce) {
  EXPECT_THAT(missingPragmaOnce({"a.hpp", "// #pragma once\nint a;\n"}), SizeIs(1));
  EXPECT_THAT(missingPragmaOnce({"a.hpp", "// A.\n#pragma once\n"}), IsEmpty());
  EXPECT_THAT(missingPragmaOnce({"a.cpp", "int a;\n"}), IsEmpty());
}

TEST(HygieneCheck, FindsFilesThatAreTooLong) {
  EXPECT_THAT(tooLong({"a.hpp", std::string(longestHeader + 1, '\n')}), SizeIs(1));
  EXPECT_THAT(tooLong({"a.hpp", std::string(longestHeader, '\n')}), IsEmpty());
  EXPECT_THAT(tooLong({"a.cpp", std::string(longestSource + 1, '\n')}), SizeIs(1));
}

TEST(HygieneCheck, FindsSleeping) {
  EXPECT_THAT(sleeps({"test/a.cpp", "f();\nstd::this_thread::sleep_for(1s);\n::usleep(3);\n"}),
              ElementsAre(HasSubstr(":2:"), HasSubstr(":3:")));
  EXPECT_THAT(sleeps({"test/a.cpp", "::sleep(1);\n  sleep(1);\n"}), ::testing::SizeIs(2));
  EXPECT_THAT(sleeps({"test/a.cpp", "asleep(1); // usleep(3)\n  void sleep(Word) override;\n"}),
              IsEmpty());
}

TEST(HygieneCheck, FindsThingsLeftToDo) {
  EXPECT_THAT(thingsLeftToDo({"a.md",
                              "fine\nTO"
                              "DO: more\n"}),
              ElementsAre(HasSubstr(":2:")));
  EXPECT_THAT(thingsLeftToDo({"a.cpp",
                              "// FIX"
                              "ME\n"}),
              SizeIs(1));
  EXPECT_THAT(thingsLeftToDo({"a.sh", "mktemp /tmp/XXXXXX\n"}), IsEmpty());
}

TEST(HygieneCheck, FindsUntidyEndings) {
  EXPECT_THAT(untidyEndings({"a", "one \ntwo\t\nthree"}),
              ElementsAre(HasSubstr(":1:"), HasSubstr(":2:"), HasSubstr(":3:")));
  EXPECT_THAT(untidyEndings({"a", "one\n\n"}), SizeIs(1));
  EXPECT_THAT(untidyEndings({"a", "one\n\ntwo\n"}), IsEmpty());
}

}  // namespace
}  // namespace sluice::tidy
