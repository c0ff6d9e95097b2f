// The table above each shared struct is what the compiler is made to check.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

struct Row {
  std::size_t offset;
  std::size_t size;
  std::string field;
};

/// A table with the struct that follows it.
struct Table {
  std::size_t line = 0;
  std::string type;
  std::vector<Row> rows;
  std::vector<std::string> members;
};

/// The sizes that layout's headers write as names.
const std::map<std::string, std::size_t>& namedSizes() {
  static const std::map<std::string, std::size_t> sizes{{"sectionAlignment", 4096},
                                                        {"lineSpacing", 128}};
  return sizes;
}

std::vector<Table> tablesOf(const SourceFile& file) {
  static const std::regex row(R"(^//\s+(\d+)\s+(\d+)\s+(\w+)\s*$)");
  static const std::regex head(R"(^struct\s+(?:alignas\(\w+\)\s+)?(\w+)\s*\{)");
  static const std::regex member(R"(^  [\w:<>, ]+ (\w+);)");
  const std::vector<std::string> lines = linesOf(file.text);
  std::vector<Table> tables;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i] != "// offset  size  field") continue;
    Table table;
    table.line = i + 1;
    std::smatch match;
    while (++i < lines.size() && std::regex_match(lines[i], match, row))
      table.rows.push_back({std::stoul(match[1]), std::stoul(match[2]), match[3]});
    if (i < lines.size() && std::regex_search(lines[i], match, head)) {
      table.type = match[1];
      while (++i < lines.size() && lines[i] != "};")
        if (std::regex_search(lines[i], match, member)) table.members.push_back(match[1]);
    }
    tables.push_back(table);
  }
  return tables;
}

bool says(const SourceFile& file, const std::string& assertion) {
  return file.text.find("static_assert(" + assertion + ");") != std::string::npos;
}

bool saysSize(const SourceFile& file, const std::string& type, std::size_t size) {
  const std::string sizeIs = "sizeof(" + type + ") == ";
  if (says(file, sizeIs + std::to_string(size))) return true;
  return std::ranges::any_of(namedSizes(), [&](const auto& named) {
    return named.second == size && says(file, sizeIs + named.first);
  });
}

Findings disagreements(const SourceFile& file) {
  Findings findings;
  for (const Table& table : tablesOf(file)) {
    const auto complain = [&](const std::string& what) {
      findings.push_back(finding(file, table.line, table.type + ": " + what));
    };
    if (table.type.empty() || table.rows.empty()) {
      complain("a table without rows, or without its struct right below");
      continue;
    }
    std::size_t end = 0;
    std::vector<std::string> fields;
    for (const Row& row : table.rows) {
      fields.push_back(row.field);
      if (row.offset != end) complain(row.field + " does not begin where the one before ends");
      end = row.offset + row.size;
      if (!says(file,
                "offsetof(" + table.type + ", " + row.field + ") == " + std::to_string(row.offset)))
        complain("no static_assert gives " + row.field + " this offset");
    }
    if (fields != table.members) complain("the table's fields are not the struct's members");
    if (!saysSize(file, table.type, end)) complain("no static_assert gives it this size");
  }
  return findings;
}

TEST(OffsetTables, AgreeWithTheStructsAndTheirAssertions) {
  const std::vector<SourceFile> headers = filesOf({"src/format"}, {".hpp"});
  std::size_t tables = 0;
  for (const SourceFile& header : headers)
    tables += tablesOf(header).size();
  EXPECT_GE(tables, 4U);
  EXPECT_THAT(findingsIn(headers, disagreements), IsEmpty());
}

const std::string goodStruct =
    "// offset  size  field\n"
    "//      0     8  first\n"
    "//      8   120  rest\n"
    "struct alignas(lineSpacing) Pair {\n"
    "  std::uint64_t first;  ///< one\n"
    "  std::array<std::uint8_t, 120> rest;\n"
    "};\n"
    "static_assert(offsetof(Pair, first) == 0);\n"
    "static_assert(offsetof(Pair, rest) == 8);\n"
    "static_assert(sizeof(Pair) == lineSpacing);\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(OffsetTablesCheck, TakesATableThatAgrees) {
  EXPECT_THAT(disagreements({"a.hpp", goodStruct}), IsEmpty());
}

TEST(OffsetTablesCheck, FindsEachDisagreement) {
  const auto found = [](const std::string& from, const std::string& to) {
    return disagreements({"a.hpp", replaced(goodStruct, from, to)});
  };
  EXPECT_THAT(found("(Pair, rest) == 8", "(Pair, rest) == 9"),
              ElementsAre(HasSubstr("no static_assert gives rest this offset")));
  EXPECT_THAT(found("     0     8  first", "     0     4  first"),
              ElementsAre(HasSubstr("rest does not begin where")));
  EXPECT_THAT(found("120  rest", "112  rest"), ElementsAre(HasSubstr("this size")));
  EXPECT_THAT(found("t64_t first;", "t64_t second;"), ElementsAre(HasSubstr("members")));
  EXPECT_THAT(found("struct alignas", "\nstruct alignas"), ElementsAre(HasSubstr("right below")));
}

}  // namespace
}  // namespace sluice::tidy
