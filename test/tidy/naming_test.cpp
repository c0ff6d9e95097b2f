// Names that say nothing are not used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// As a word of a path in snake case, or of an identifier in camel case.
Findings emptyWords(const SourceFile& file) {
  static const std::regex inPath(
      "(^|[/_.-])(details?|utils?|commons?|helpers?|managers?)([/_.-]|$)");
  static const std::regex inDeclaration(
      R"(\b(?:namespace|class|struct|enum class|concept|using)\s+([\w:]*(?:\b|_|[a-z])(?:[Dd]etails?|[Uu]tils?|[Cc]ommons?|[Hh]elpers?|[Mm]anagers?)(?:\b|_|(?=[A-Z]))[\w:]*))");
  Findings findings;
  std::smatch match;
  if (std::regex_search(file.path, match, inPath))
    findings.push_back(finding(file, 1, "the path says " + match[2].str()));
  const std::string code = codeOf(file.text);
  for (std::sregex_iterator it(code.begin(), code.end(), inDeclaration), end; it != end; ++it)
    findings.push_back(finding(file, lineAt(code, static_cast<std::size_t>(it->position())),
                               "says nothing: " + (*it)[1].str()));
  return findings;
}

TEST(Naming, NoPathNamespaceOrTypeIsNamedByAnEmptyWord) {
  EXPECT_THAT(
      findingsIn(cppFilesOf({"include", "src", "tools", "test", "examples", "bench"}), emptyWords),
      IsEmpty());
}

TEST(NamingCheck, FindsEmptyWordsInPathsNamespacesAndTypes) {
  EXPECT_THAT(emptyWords({"src/core/util.cpp", ""}), SizeIs(1));
  EXPECT_THAT(emptyWords({"src/detail/ring.cpp", ""}), SizeIs(1));
  EXPECT_THAT(emptyWords({"test/wait_helpers.hpp", ""}), SizeIs(1));
  EXPECT_THAT(emptyWords({"a.hpp", "namespace sluice::detail {\n"}), SizeIs(1));
  EXPECT_THAT(emptyWords({"a.hpp", "class SegmentManager {\n"}), SizeIs(1));
  EXPECT_THAT(emptyWords({"a.hpp", "struct CommonRow {\n"}), SizeIs(1));
  EXPECT_THAT(emptyWords({"src/utility_words.cpp", "struct Managed {};\n// detail\n"}), IsEmpty());
}

}  // namespace
}  // namespace sluice::tidy
