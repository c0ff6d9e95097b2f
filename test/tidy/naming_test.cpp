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

/// As a word of a path in snake case, or of an identifier in camel case. One namespace and one
/// folder say `detail`: what templates need and users may not rely on.
Findings emptyWords(const SourceFile& file) {
  static const std::regex inPath(
      "(^|[/_.-])(details?|utils?|commons?|helpers?|managers?)([/_.-]|$)");
  static const std::regex inDeclaration(
      R"(\b(?:namespace|class|struct|enum class|concept|using)\s+([\w:]*(?:\b|_|[a-z])(?:[Dd]etails?|[Uu]tils?|[Cc]ommons?|[Hh]elpers?|[Mm]anagers?)(?:\b|_|(?=[A-Z]))[\w:]*))");
  static const std::regex ourNamespace(
      R"((sluice::)?detail(::(?!\w*([Dd]etail|[Uu]til|[Cc]ommon|[Hh]elper|[Mm]anager))\w+)?)");
  Findings findings;
  std::smatch match;
  const bool isInstalled = file.path.starts_with("include/sluice/detail/");
  const std::string path = isInstalled ? file.path.substr(22) : file.path;
  if (std::regex_search(path, match, inPath))
    findings.push_back(finding(file, 1, "the path says " + match[2].str()));
  const std::string code = codeOf(file.text);
  for (std::sregex_iterator it(code.begin(), code.end(), inDeclaration), end; it != end; ++it)
    if (!std::regex_match((*it)[1].str(), ourNamespace))
      findings.push_back(finding(file, lineAt(code, static_cast<std::size_t>(it->position())),
                                 "says nothing: " + (*it)[1].str()));
  return findings;
}

TEST(Naming, NoPathNamespaceOrTypeIsNamedByAnEmptyWord) {
  EXPECT_THAT(
      findingsIn(cppFilesOf({"include", "src", "bindings", "tools", "test", "examples", "bench"}),
                 emptyWords),
      IsEmpty());
}

TEST(NamingCheck, FindsEmptyWordsInPathsNamespacesAndTypes) {
  EXPECT_THAT(emptyWords({"src/core/util.cpp", ""}), SizeIs(1));
  EXPECT_THAT(emptyWords({"src/detail/ring.cpp", ""}), SizeIs(1));
  EXPECT_THAT(emptyWords({"test/wait_helpers.hpp", ""}), SizeIs(1));
  EXPECT_THAT(emptyWords({"include/sluice/detail/utility.hpp", ""}), IsEmpty());
  EXPECT_THAT(emptyWords({"include/sluice/detail/util.hpp", ""}), SizeIs(1));
  EXPECT_THAT(emptyWords({"a.hpp", "namespace sluice::detail {\n"}), IsEmpty());
  EXPECT_THAT(emptyWords({"a.hpp", "namespace sluice::util {\n"}), SizeIs(1));
  EXPECT_THAT(emptyWords({"a.hpp", "class SegmentManager {\n"}), SizeIs(1));
  EXPECT_THAT(emptyWords({"a.hpp", "struct CommonRow {\n"}), SizeIs(1));
  EXPECT_THAT(emptyWords({"src/utility_words.cpp", "struct Managed {};\n// detail\n"}), IsEmpty());
}

}  // namespace
}  // namespace sluice::tidy
