// A link in a document leads somewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The document's lines, with those of fenced code emptied.
std::vector<std::string> proseOf(const std::string& text) {
  std::vector<std::string> lines = linesOf(text);
  bool fenced = false;
  for (std::string& line : lines) {
    const bool fence = line.starts_with("```");
    if (fenced || fence) line.clear();
    if (fence) fenced = !fenced;
  }
  return lines;
}

/// What a heading is called in a link: lower case, hyphens for spaces, no punctuation.
std::set<std::string> anchorsOf(const std::string& text) {
  std::set<std::string> anchors;
  for (const std::string& line : proseOf(text)) {
    if (!line.starts_with('#')) continue;
    const std::size_t start = line.find_first_not_of("# ");
    std::string anchor;
    for (const char c : line.substr(std::min(start, line.size()))) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == ' ') anchor += '-';
      if (std::isalnum(byte) || c == '-' || c == '_')
        anchor += static_cast<char>(std::tolower(byte));
    }
    anchors.insert(anchor);
  }
  return anchors;
}

std::string textOf(const std::filesystem::path& file) {
  std::ifstream in(file);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Findings deadLinks(const SourceFile& file) {
  namespace fs = std::filesystem;
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  static const std::regex elsewhere("^[a-z]+:.*");
  Findings findings;
  std::size_t number = 0;
  for (const std::string& line : proseOf(file.text)) {
    ++number;
    for (std::sregex_iterator it(line.begin(), line.end(), link), end; it != end; ++it) {
      const std::string target = (*it)[1];
      if (std::regex_match(target, elsewhere)) continue;
      const std::size_t hash = std::min(target.find('#'), target.size());
      const std::string path = target.substr(0, hash);
      const fs::path found = fs::path(root()) / fs::path(file.path).parent_path() / path;
      const std::string text = path.empty() ? file.text : textOf(found);
      if (!path.empty() && !fs::exists(found))
        findings.push_back(finding(file, number, "leads nowhere: " + target));
      else if (hash < target.size() && !anchorsOf(text).contains(target.substr(hash + 1)))
        findings.push_back(finding(file, number, "no such heading: " + target));
    }
  }
  return findings;
}

TEST(Links, OfEveryDocumentLeadSomewhere) {
  EXPECT_THAT(findingsIn(filesOf({"README.md", "HACKING.md", "CHANGELOG.md", "docs", "examples",
                                  "bench", "test"},
                                 {".md"}),
                         deadLinks),
              IsEmpty());
}

TEST(LinksCheck, FindsMissingFilesAndHeadings) {
  const SourceFile file{"docs/a.md",
                        "# One way, or two\n[a](nowhere.md)\n[b](../LICENSE) [c](#one-way-or-two)\n"
                        "[d](#three) [e](https://example.org/x)\n```\n[f](nowhere.md)\n```\n"
                        "![g](nowhere.png)\n"};
  EXPECT_THAT(deadLinks(file), ElementsAre(HasSubstr(":2: leads nowhere"),
                                           HasSubstr(":4: no such heading"), HasSubstr(":8:")));
}

}  // namespace
}  // namespace sluice::tidy
