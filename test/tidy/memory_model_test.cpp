// The labels of the shared accesses: the document and the code name the same ones.
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
    accesses[cells[1]] = {number, labelsIn(cells[4], partner), cells[5]};
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
  std::vector<SourceFile> code_ = cppFilesOf({"include", "src"});
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

TEST(MemoryModelCheck, FindsRowsWithoutCodeOrPartner) {
  EXPECT_THAT(missingLabels(smallDocument, {{"src/a.cpp", "// [P3]\n"}}),
              UnorderedElementsAre(HasSubstr("W2: no such file"),
                                   HasSubstr("W2: its partner is not listed: Q1")));
  EXPECT_THAT(missingLabels(smallDocument, {{"src/a.cpp", ""}, {"src/b.cpp", "// [W2]\n"}}),
              UnorderedElementsAre(HasSubstr("P3: not in src/a.cpp"), HasSubstr("Q1")));
}

}  // namespace
}  // namespace sluice::tidy
