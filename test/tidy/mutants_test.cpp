// The breaks of test/mutants/mutants.txt change lines that are there, and name tests that are
// there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <string>
#include <vector>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Mutant = std::map<std::string, std::string>;

/// Blocks of lines "key: value", apart by empty lines.
std::vector<Mutant> mutantsIn(const std::string& text) {
  static const std::regex field("^([a-z]+): ?(.*)$");
  std::vector<Mutant> mutants(1);
  for (const std::string& line : linesOf(text)) {
    std::smatch match;
    if (std::regex_match(line, match, field))
      mutants.back()[match[1]] = match[2];
    else if (!mutants.back().empty())
      mutants.emplace_back();
  }
  if (mutants.back().empty()) mutants.pop_back();
  return mutants;
}

/// The names of tests that a filter gives in full: what follows the dot, without stars.
std::vector<std::string> testsIn(const std::string& filter) {
  static const std::regex name(R"([.]([A-Z]\w+)(?=$|:|/))");
  std::vector<std::string> tests;
  for (std::sregex_iterator it(filter.begin(), filter.end(), name), end; it != end; ++it)
    tests.push_back((*it)[1]);
  return tests;
}

/// What is wrong with a break, where `textOf` gives the text of a file, empty if there is none.
template <class TextOf>
std::vector<std::string> faultsOf(const Mutant& mutant, TextOf textOf) {
  std::vector<std::string> faults;
  const std::string& name = mutant.at("name");
  if (textOf(mutant.at("file")).find(mutant.at("old")) == std::string::npos)
    faults.push_back(name + ": no such text in " + mutant.at("file"));
  const std::string& test = mutant.at("test");
  const std::string source = "test/" + test.substr(0, test.find(' '));
  const std::string text = textOf(source);
  if (text.empty()) faults.push_back(name + ": no " + source);
  for (const std::string& one : testsIn(test.substr(test.find(' '))))
    if (text.find(one) == std::string::npos)
      faults.push_back(name + ": no test " + one + " in " + source);
  return faults;
}

TEST(Mutants, ChangeLinesThatAreThereAndNameTestsThatAreThere) {
  const auto textOf = [](const std::string& path) {
    const auto files = filesOf({path}, {""});
    return files.empty() ? std::string() : files.front().text;
  };
  const auto mutants = mutantsIn(textOf("test/mutants/mutants.txt"));
  EXPECT_GE(mutants.size(), 60u);
  for (const Mutant& mutant : mutants)
    EXPECT_THAT(faultsOf(mutant, textOf), IsEmpty());
}

TEST(Mutants, ThatNameWhatIsGoneAreFound) {
  const auto mutants = mutantsIn(
      "# a comment\n\nname: one\nfile: a.cpp\nold: x = 1;\nnew:\ntest: t.cpp Suite.IsThere\n\n"
      "name: two\nfile: b.cpp\nold: y\nnew: z\ntest: t.cpp P/Suite.IsGone/0:Suite.*\n");
  const auto textOf = [](const std::string& path) -> std::string {
    if (path == "a.cpp") return "int x = 1;";
    return path == "test/t.cpp" ? "TEST(Suite, IsThere) {}" : "";
  };
  ASSERT_EQ(mutants.size(), 2u);
  EXPECT_THAT(faultsOf(mutants[0], textOf), IsEmpty());
  EXPECT_THAT(faultsOf(mutants[1], textOf),
              ElementsAre(HasSubstr("b.cpp"), HasSubstr("no test IsGone in test/t.cpp")));
}

}  // namespace
}  // namespace sluice::tidy
