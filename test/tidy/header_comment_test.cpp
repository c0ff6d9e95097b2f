// A header says on its first line what it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// One sentence, begun and ended on the first line. More may follow after an empty comment line, or
/// as further sentences.
Findings withoutItsSentence(const SourceFile& file) {
  static const std::regex sentence(R"(^// [A-Z0-9].*[.]$)");
  if (!file.isHeader()) return {};
  const std::vector<std::string> lines = linesOf(file.text);
  if (!lines.empty() && std::regex_match(lines.front(), sentence)) return {};
  return {finding(file, 1, "does not begin with a one-line comment that says what it is")};
}

TEST(HeaderComment, EveryHeaderSaysOnItsFirstLineWhatItIs) {
  EXPECT_THAT(
      findingsIn(cppFilesOf({"include", "src", "bindings", "tools", "test", "examples", "bench"}),
                 withoutItsSentence),
      IsEmpty());
}

TEST(HeaderCommentCheck, FindsHeadersThatDoNotSayWhatTheyAre) {
  EXPECT_THAT(withoutItsSentence({"a.hpp", ""}), SizeIs(1));
  EXPECT_THAT(withoutItsSentence({"a.hpp", "#pragma once\n// What it is.\n"}), SizeIs(1));
  EXPECT_THAT(withoutItsSentence({"a.hpp", "// It goes on over\n// two lines.\n"}), SizeIs(1));
  EXPECT_THAT(withoutItsSentence({"a.hpp", "\n// What it is.\n#pragma once\n"}), SizeIs(1));
}

TEST(HeaderCommentCheck, TakesOneSentenceAndLeavesSourcesAlone) {
  EXPECT_THAT(withoutItsSentence({"a.hpp", "// What it is.\n#pragma once\n"}), IsEmpty());
  EXPECT_THAT(withoutItsSentence({"a.hpp", "// What it is.\n//\n// More.\n"}), IsEmpty());
  EXPECT_THAT(withoutItsSentence({"a.cpp", "int main() {}\n"}), IsEmpty());
}

}  // namespace
}  // namespace sluice::tidy
