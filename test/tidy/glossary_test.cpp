// The words of the glossary are used, and the words that it refuses are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <regex>
#include <string>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A word in lower case, and the line that it stands in.
struct Word {
  std::string text;
  std::size_t line;
};

/// The words of a text; those of an identifier one by one, in camel case and in snake case.
std::vector<Word> wordsOf(const std::string& text) {
  const auto isUpper = [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; };
  const auto isLetter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  std::vector<Word> words;
  std::size_t line = 1;
  bool goesOn = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ++line;
    if (!isLetter(text[i])) {
      goesOn = false;
      continue;
    }
    const bool begins = isUpper(text[i]) &&
                        (!isUpper(text[i - (i > 0)]) ||
                         (i + 1 < text.size() && isLetter(text[i + 1]) && !isUpper(text[i + 1])));
    if (!goesOn || begins) words.push_back({"", line});
    words.back().text += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
    goesOn = true;
  }
  return words;
}

/// The places where the words of the phrase follow each other, the last one perhaps in the plural.
Findings placesOf(const std::string& phrase, const SourceFile& file,
                  const std::vector<Word>& words) {
  const std::vector<Word> wanted = wordsOf(phrase);
  Findings findings;
  for (std::size_t at = 0; at + wanted.size() <= words.size(); ++at) {
    std::size_t same = 0;
    while (same < wanted.size() && words[at + same].text == wanted[same].text)
      ++same;
    const bool isPlural =
        same + 1 == wanted.size() && words[at + same].text == wanted[same].text + "s";
    if (same == wanted.size() || isPlural)
      findings.push_back(finding(file, words[at].line, "says \"" + phrase + "\""));
  }
  return findings;
}

Findings placesOf(const std::vector<std::string>& phrases, const SourceFile& file) {
  const std::vector<Word> words = wordsOf(file.text);
  Findings findings;
  for (const std::string& phrase : phrases) {
    const Findings found = placesOf(phrase, file, words);
    findings.insert(findings.end(), found.begin(), found.end());
  }
  return findings;
}

/// Those of the third columns, separated by commas.
std::vector<std::string> wordsRefusedBy(const std::string& glossary) {
  static const std::regex row(R"(^\| ([^|]+) \| ([^|]+) \|(?: ([^|]+))? \|$)");
  static const std::regex word(R"([^,]+)");
  std::vector<std::string> refused;
  for (const std::string& line : linesOf(glossary)) {
    std::smatch match;
    if (!std::regex_match(line, match, row) || match[1] == "term" || !match[3].matched) continue;
    const std::string column = match[3];
    for (std::sregex_iterator it(column.begin(), column.end(), word), end; it != end; ++it) {
      const std::string one = it->str();
      refused.push_back(one.substr(one.find_first_not_of(' ')));
    }
  }
  return refused;
}

/// What is quoted, in lower case, after the last test that the document names.
std::vector<std::string> subjectsRefusedBy(const std::string& glossary) {
  static const std::regex quoted(R"re("([a-z][a-z\s]*)")re");
  const std::size_t begin = glossary.find("`Glossary.CommentsNameTheirSubject`");
  const std::string list = begin == std::string::npos ? "" : glossary.substr(begin);
  std::vector<std::string> subjects;
  for (std::sregex_iterator it(list.begin(), list.end(), quoted), end; it != end; ++it)
    subjects.push_back((*it)[1]);
  return subjects;
}

std::string glossary() {
  const auto files = filesOf({"docs/glossary.md"}, {".md"});
  return files.empty() ? "" : files.front().text;
}

std::vector<SourceFile> filesThatKeepToIt() {
  std::vector<SourceFile> files =
      filesOf({"include", "src", "bindings", "tools", "examples", "bench", "test", "docs",
               "README.md", "HACKING.md"},
              {".hpp", ".cpp", ".py", ".pyi", ".md", ".pml", ".sh", ".java"});
  std::erase_if(files, [](const SourceFile& file) {
    return file.path == "docs/glossary.md" || file.path == "test/tidy/glossary_test.cpp";
  });
  return files;
}

TEST(Glossary, NoWordThatItRefusesIsUsed) {
  const auto refused = wordsRefusedBy(glossary());
  ASSERT_THAT(refused, Contains("seat"));
  EXPECT_THAT(findingsIn(filesThatKeepToIt(),
                         [&](const SourceFile& file) { return placesOf(refused, file); }),
              IsEmpty());
}

TEST(Glossary, CommentsNameTheirSubject) {
  const auto refused = subjectsRefusedBy(glossary());
  ASSERT_THAT(refused, Contains("who"));
  const auto check = [&](const SourceFile& file) {
    return placesOf(refused, {file.path, commentsOf(file.text)});
  };
  EXPECT_THAT(findingsIn(cppFilesOf({"include", "src", "bindings", "tools"}), check), IsEmpty());
}

TEST(GlossaryCheck, ReadsWhatTheDocumentRefuses) {
  EXPECT_THAT(
      wordsRefusedBy("| term | meaning | not |\n|---|---|---|\n| row | It. | seat, two words |\n"
                     "| ring | It. | |\n"),
      ElementsAre("seat", "two words"));
  EXPECT_THAT(subjectsRefusedBy("\"this\" (`Glossary.CommentsNameTheirSubject`): \"who\", \"one\n"
                                "that\". \"Whose\" is fine."),
              ElementsAre("who", "one\nthat"));
}

TEST(GlossaryCheck, FindsAWordInEverySpellingButNotInsideAnother) {
  EXPECT_THAT(placesOf({"seat"}, {"a.hpp", "ConsumerSeat a;\nint seat_;\n// Two seats.\nSEAT\n"}),
              ElementsAre(HasSubstr(":1:"), HasSubstr(":2:"), HasSubstr(":3:"), HasSubstr(":4:")));
  EXPECT_THAT(placesOf({"bell"}, {"a.hpp", "Doorbell doorbell; // a doorbell\n"}), IsEmpty());
}

TEST(GlossaryCheck, FindsSeveralWordsAcrossTheLinesOfAComment) {
  EXPECT_THAT(placesOf({"one that"}, {"a.hpp", "/// the one\n/// that\n// one: that\n"}),
              SizeIs(2));
}

TEST(GlossaryCheck, LooksAtCommentsAlone) {
  EXPECT_THAT(commentsOf("int who;  // a\n\"// who\" /* b */ '\"' // c\n"),
              ::testing::AllOf(HasSubstr("// a"), HasSubstr("/* b */"), HasSubstr("// c"),
                               ::testing::Not(HasSubstr("who"))));
}

}  // namespace
}  // namespace sluice::tidy
