// A test that a document names exists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Every "Suite.Name" of the sources given.
std::set<std::string> testsOf(const std::vector<SourceFile>& sources) {
  const std::regex test(R"((?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\))");
  std::set<std::string> tests;
  for (const SourceFile& file : sources)
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), test), end; it != end; ++it)
      tests.insert((*it)[1].str() + "." + (*it)[2].str());
  return tests;
}

Findings missingTests(const SourceFile& document, const std::set<std::string>& tests) {
  const std::regex named(R"(`([A-Z]\w+\.[A-Z]\w{12,})`)");
  Findings findings;
  std::size_t number = 0;
  for (const std::string& line : linesOf(document.text)) {
    ++number;
    for (std::sregex_iterator it(line.begin(), line.end(), named), end; it != end; ++it)
      if (!tests.contains((*it)[1]))
        findings.push_back(finding(document, number, "no such test: " + (*it)[1].str()));
  }
  return findings;
}

TEST(NamedTests, OfEveryDocumentExist) {
  const auto tests = testsOf(cppFilesOf({"test"}));
  EXPECT_THAT(findingsIn(filesOf({"README.md", "docs"}, {".md"}),
                         [&](const SourceFile& file) { return missingTests(file, tests); }),
              IsEmpty());
}

TEST(NamedTestsCheck, FindsOneThatDoesNotExist) {
  const auto tests = testsOf({{"test/a.cpp", "TEST_F(Suite, ThisOneDoesExist) {"}});
  const SourceFile document{"docs/a.md", "`Suite.ThisOneDoesExist`\n`Suite.ThisOneDoesNotExist`\n"};
  EXPECT_THAT(missingTests(document, tests), ElementsAre(HasSubstr(":2: no such test")));
}

}  // namespace
}  // namespace sluice::tidy
