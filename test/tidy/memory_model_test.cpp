// The labels of the shared accesses: the document and the code name the same ones, with the same
// orders.
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
using ::testing::UnorderedElementsAre;

using Labels = std::set<std::string>;

struct Access {
  std::size_t line = 0;
  std::string order;
  Labels partners;
  std::string file;
};

std::vector<std::string> cellsOf(const std::string& row) {
  std::vector<std::string> cells;
  std::istringstream in(row);
  for (std::string cell; std::getline(in, cell, '|');) {
    const std::size_t first = cell.find_first_not_of(' ');
    cells.push_back(first == std::string::npos
                        ? ""
                        : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
  }
  return cells;
}

Labels labelsIn(const std::string& text, const std::regex& label) {
  Labels labels;
  for (std::sregex_iterator it(text.begin(), text.end(), label), end; it != end; ++it)
    labels.insert((*it)[1]);
  return labels;
}

/// The rows | label | access | order | partner | file | of all tables of the document.
std::map<std::string, Access> accessesOf(const SourceFile& document) {
  static const std::regex label("^[A-Z][0-9]$");
  static const std::regex partner("\\b([A-Z][0-9])\\b");
  std::map<std::string, Access> accesses;
  std::size_t number = 0;
  for (const std::string& line : linesOf(document.text)) {
    ++number;
    const std::vector<std::string> cells = cellsOf(line);
    if (cells.size() < 6 || !std::regex_match(cells[1], label)) continue;
    accesses[cells[1]] = {number, cells[3], labelsIn(cells[4], partner), cells[5]};
  }
  return accesses;
}

const std::regex& labelInCode() {
  static const std::regex label(R"(\[([A-Z][0-9])\])");
  return label;
}

/// Comments are the part of a line that is no code.
std::string commentOf(const std::string& line) {
  const std::size_t start = line.find("//");
  return start == std::string::npos ? "" : line.substr(start);
}

/// Labels of the code that the document does not list, and pairs that it does not know.
Findings unlistedLabels(const SourceFile& file, const std::map<std::string, Access>& accesses) {
  static const std::regex pairing(R"(^(.*?)\bpairs? with\b(.*)$)");
  Findings findings;
  std::size_t number = 0;
  for (const std::string& line : linesOf(file.text)) {
    ++number;
    const std::string comment = commentOf(line);
    for (const std::string& label : labelsIn(comment, labelInCode()))
      if (!accesses.contains(label))
        findings.push_back(finding(file, number, "not in the document: [" + label + "]"));
    std::smatch match;
    if (!std::regex_match(comment, match, pairing)) continue;
    for (const std::string& one : labelsIn(match[1], labelInCode()))
      for (const std::string& other : labelsIn(match[2], labelInCode())) {
        if (!accesses.contains(one) || !accesses.contains(other)) continue;
        if (!accesses.at(one).partners.contains(other) &&
            !accesses.at(other).partners.contains(one))
          findings.push_back(finding(file, number,
                                     std::string("the document does not pair [")
                                         .append(one)
                                         .append("] with [")
                                         .append(other)
                                         .append("]")));
      }
  }
  return findings;
}

/// Labels of the document whose file does not have them, and partners that are not listed.
Findings missingLabels(const SourceFile& document, const std::vector<SourceFile>& code) {
  const std::map<std::string, Access> accesses = accessesOf(document);
  Findings findings;
  for (const auto& [label, access] : accesses) {
    const auto named = std::ranges::find(code, access.file, &SourceFile::path);
    if (named == code.end())
      findings.push_back(finding(document, access.line, label + ": no such file: " + access.file));
    else if (!labelsIn(named->text, labelInCode()).contains(label))
      findings.push_back(finding(document, access.line, label + ": not in " + access.file));
    for (const std::string& partner : access.partners)
      if (!accesses.contains(partner))
        findings.push_back(
            finding(document, access.line,
                    std::string(label).append(": its partner is not listed: ").append(partner)));
  }
  return findings;
}

/// The code of the statement that ends in that line, without comments.
std::string statementAt(const std::vector<std::string>& lines, std::size_t last) {
  const auto codeOf = [&](std::size_t i) { return lines[i].substr(0, lines[i].find("//")); };
  const auto isEnd = [&](std::size_t i) {
    const std::string code = codeOf(i);
    const std::size_t end = code.find_last_not_of(' ');
    return end == std::string::npos || code[end] == ';' || code[end] == '{' || code[end] == '}';
  };
  std::string statement = codeOf(last);
  for (std::size_t i = last; i-- > 0 && !isEnd(i);)
    statement = codeOf(i) + statement;
  return statement;
}

/// The first order that a statement names: of a compare-and-swap that of its success.
std::string orderIn(const std::string& statement, const std::string& fileText) {
  static const std::regex named(R"(memory_order_(\w+))");
  static const std::regex variable(R"(\border\b)");
  static const std::regex meaning(R"(auto order = std::memory_order_(\w+))");
  std::smatch match;
  if (std::regex_search(statement, match, named)) return match[1];
  const bool isVariable = std::regex_search(statement, variable);
  if (isVariable && std::regex_search(fileText, match, meaning)) return match[1];
  return "";
}

/// Labelled accesses whose order is none of those that the document gives to their labels.
Findings otherOrders(const SourceFile& file, const std::map<std::string, Access>& accesses) {
  static const std::regex own(R"(^(.*?)(?:\bpairs? with\b.*)?$)");
  Findings findings;
  const std::vector<std::string> lines = linesOf(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string comment = commentOf(lines[i]);
    std::smatch match;
    if (!std::regex_match(comment, match, own)) continue;
    const std::string order = orderIn(statementAt(lines, i), file.text);
    if (order.empty()) continue;
    for (const std::string& label : labelsIn(match[1], labelInCode())) {
      const auto access = accesses.find(label);
      if (access == accesses.end() || access->second.order.find(order) != std::string::npos)
        continue;
      findings.push_back(finding(file, i + 1,
                                 std::string("[")
                                     .append(label)
                                     .append("] is ")
                                     .append(order)
                                     .append(", and in the document ")
                                     .append(access->second.order)));
    }
  }
  return findings;
}

class MemoryModel : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::vector<SourceFile> documents = filesOf({"docs/memory-model.md"}, {".md"});
    ASSERT_FALSE(documents.empty()) << "docs/memory-model.md is missing";
    document_ = documents.front();
    ASSERT_FALSE(accessesOf(document_).empty())
        << "docs/memory-model.md has no table | label | access | order | partner | file |";
  }

  SourceFile document_;
  std::vector<SourceFile> code_ = cppFilesOf({"include", "src", "bindings"});
};

TEST_F(MemoryModel, ListsEveryLabelOfTheCodeAndKnowsItsPartners) {
  const auto accesses = accessesOf(document_);
  EXPECT_THAT(
      findingsIn(code_, [&](const SourceFile& file) { return unlistedLabels(file, accesses); }),
      IsEmpty());
}

TEST_F(MemoryModel, NamesTheFileThatHasTheLabel) {
  EXPECT_THAT(missingLabels(document_, code_), IsEmpty());
}

TEST_F(MemoryModel, GivesEachLabelledAccessTheOrderThatItHas) {
  const auto accesses = accessesOf(document_);
  EXPECT_THAT(
      findingsIn(code_, [&](const SourceFile& file) { return otherOrders(file, accesses); }),
      IsEmpty());
}

const SourceFile smallDocument{
    "docs/m.md",
    "| label | access | order | partner | file |\n|---|---|---|---|---|\n"
    "| P3 | loads | relaxed | W2 | src/a.cpp |\n"
    "| W2 | arms | seq_cst | P3, Q1 | src/b.cpp |\n"};

TEST(MemoryModelCheck, ReadsTheTables) {
  const auto accesses = accessesOf(smallDocument);
  ASSERT_EQ(accesses.size(), 2U);
  EXPECT_THAT(accesses.at("W2").partners, UnorderedElementsAre("P3", "Q1"));
  EXPECT_EQ(accesses.at("W2").file, "src/b.cpp");
}

TEST(MemoryModelCheck, FindsLabelsAndPairsThatTheDocumentDoesNotKnow) {
  const auto accesses = accessesOf(smallDocument);
  EXPECT_THAT(unlistedLabels({"src/a.cpp", "f();  // [P3] pairs with [W2]\ng[Z9];\n"}, accesses),
              IsEmpty());
  EXPECT_THAT(unlistedLabels({"src/a.cpp", "\nf();  // [P4]\n"}, accesses),
              ElementsAre(HasSubstr("a.cpp:2: not in the document: [P4]")));
  EXPECT_THAT(unlistedLabels({"src/a.cpp", "f();  // [P3] pairs with [P3]\n"}, accesses),
              ElementsAre(HasSubstr("does not pair [P3] with [P3]")));
}

TEST(MemoryModelCheck, FindsAnOrderThatTheDocumentDoesNotGive) {
  const auto accesses = accessesOf(smallDocument);
  const auto found = [&](const std::string& code) {
    return otherOrders({"a.cpp", code}, accesses);
  };
  EXPECT_THAT(found("f(std::memory_order_relaxed);  // [P3] pairs with [W2]\n"), IsEmpty());
  EXPECT_THAT(found("while (!w.compare(a, std::memory_order_seq_cst,\n"
                    "  std::memory_order_relaxed))  // [W2]\n"),
              IsEmpty());
  EXPECT_THAT(found("f(std::memory_order_acquire);\ng(x,\n"
                    "  std::memory_order_acquire);  // [P3] pairs with [W2]\n"),
              ElementsAre(HasSubstr("a.cpp:3: [P3] is acquire, and in the document relaxed")));
  EXPECT_THAT(found("const auto order = std::memory_order_release;\nf(order);  // [P3]\n"),
              ElementsAre(HasSubstr("a.cpp:2: [P3] is release")));
}

TEST(MemoryModelCheck, FindsRowsWithoutCodeOrPartner) {
  EXPECT_THAT(missingLabels(smallDocument, {{"src/a.cpp", "// [P3]\n"}}),
              UnorderedElementsAre(HasSubstr("W2: no such file"),
                                   HasSubstr("W2: its partner is not listed: Q1")));
  EXPECT_THAT(missingLabels(smallDocument, {{"src/a.cpp", ""}, {"src/b.cpp", "// [W2]\n"}}),
              UnorderedElementsAre(HasSubstr("P3: not in src/a.cpp"), HasSubstr("Q1")));
}

}  // namespace
}  // namespace sluice::tidy
