// Every struct that lies in a segment has an offset table above it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Struct {
  std::string file;
  std::size_t line = 0;
  bool hasTable = false;
  std::string body;
};

/// The comment lines right above a line hold a table's head.
bool tableAbove(const std::vector<std::string>& lines, std::size_t line) {
  static const std::regex head(R"(^//\s+offset\s+size\s+field$)");
  while (line > 0 && (lines[line - 1].starts_with("//") || lines[line - 1].starts_with("template")))
    if (std::regex_match(lines[--line], head)) return true;
  return false;
}

std::map<std::string, Struct> structsOf(const std::vector<SourceFile>& files) {
  static const std::regex head(R"(^struct\s+(?:alignas\([^)]*\)\s+)?(\w+)\s*\{)");
  std::map<std::string, Struct> structs;
  for (const SourceFile& file : files) {
    const std::vector<std::string> lines = linesOf(file.text);
    const std::vector<std::string> code = linesOf(codeOf(file.text));
    for (std::size_t i = 0; i < code.size(); ++i) {
      std::smatch match;
      if (!std::regex_search(code[i], match, head)) continue;
      Struct found{file.path, i + 1, tableAbove(lines, i), ""};
      for (std::size_t body = i + 1; body < code.size() && !code[body].starts_with("};"); ++body)
        found.body += code[body] + "\n";
      structs[match[1]] = found;
    }
  }
  return structs;
}

/// Words of these files that are another name for an atomic.
std::set<std::string> atomicNames(const std::vector<SourceFile>& files) {
  static const std::regex alias(R"(\busing (\w+) = std::atomic<)");
  std::set<std::string> names{"std::atomic"};
  for (const SourceFile& file : files)
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), alias), end; it != end; ++it)
      names.insert((*it)[1]);
  return names;
}

/// A type is named by a member: not by a function, which has a parenthesis.
bool hasMemberOf(const std::string& body, const std::string& type) {
  const std::regex word("\\b" + type + "\\b");
  return std::ranges::any_of(linesOf(body), [&](const std::string& line) {
    return line.find('(') == std::string::npos && std::regex_search(line, word);
  });
}

/// The structs that a segment holds: those with an atomic, those that have a table, and whatever is
/// a member of one of them.
Findings withoutTable(const std::vector<SourceFile>& files) {
  const std::map<std::string, Struct> structs = structsOf(files);
  std::set<std::string> shared;
  for (const auto& [name, one] : structs) {
    if (one.hasTable) shared.insert(name);
    for (const std::string& atomic : atomicNames(files))
      if (hasMemberOf(one.body, atomic)) shared.insert(name);
  }
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [name, one] : structs)
      for (const std::string& outer : std::set<std::string>(shared))
        if (hasMemberOf(structs.at(outer).body, name)) grown |= shared.insert(name).second;
  }
  Findings findings;
  for (const std::string& name : shared) {
    const Struct& one = structs.at(name);
    if (!one.hasTable)
      findings.push_back(
          finding({one.file, ""}, one.line, name + " lies in a segment and has no offset table"));
  }
  return findings;
}

TEST(SharedStructs, EachHasAnOffsetTable) {
  EXPECT_THAT(withoutTable(filesOf({"src/format"}, {".hpp"})), IsEmpty());
}

TEST(SharedStructsCheck, FindsAStructWithAnAtomic) {
  EXPECT_THAT(withoutTable({{"a.hpp", "\nstruct A {\n  std::atomic<int> word;\n};\n"}}),
              ElementsAre(HasSubstr("a.hpp:2: A lies in a segment")));
  EXPECT_THAT(withoutTable({{"a.hpp", "using Word = std::atomic<int>;\n"},
                            {"b.hpp", "struct alignas(8) B {\n  Word word;\n};\n"}}),
              ElementsAre(HasSubstr("b.hpp:1: B")));
}

TEST(SharedStructsCheck, FindsAMemberOfAStructThatHasATable) {
  const SourceFile outer{"a.hpp",
                         "// offset  size  field\n//      0     8  inner\n"
                         "struct Outer {\n  std::array<Inner, 2> inner;\n};\n"};
  EXPECT_THAT(withoutTable({outer,
                            {"b.hpp", "struct Inner {\n  Core core;\n};\n"},
                            {"c.hpp", "struct Core {\n  int word;\n};\n"}}),
              ElementsAre(HasSubstr("c.hpp:1: Core"), HasSubstr("b.hpp:1: Inner")));
}

TEST(SharedStructsCheck, TakesTablesAndWhatLiesInNoSegment) {
  EXPECT_THAT(withoutTable({{"a.hpp",
                             "// offset  size  field\n//      0     8  stamp\ntemplate <class T>\n"
                             "struct A {\n  std::atomic<int> stamp;\n};\n"},
                            {"b.hpp",
                             "struct Choices {\n  int capacity;\n};\n"
                             "struct Word {\n  int load(std::atomic<int>& from);\n};\n"}}),
              IsEmpty());
}

}  // namespace
}  // namespace sluice::tidy
