// The repository's own text, as the tests here read it.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tidy {

/// A file of the repository: its path from the root, and all of its text.
struct SourceFile {
  std::string path;
  std::string text;

  bool isHeader() const { return path.ends_with(".hpp") || path.ends_with(".h"); }
  bool isIn(std::string_view folder) const {
    return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
  }
};

/// What is wrong, each as "path:line: what". None is as it should be.
using Findings = std::vector<std::string>;

inline std::string root() {
  return SLUICE_SOURCE_DIR;
}

/// The files below these folders (or these files themselves) that end in one of the endings, by
/// name. What was built is left out.
inline std::vector<SourceFile> filesOf(std::initializer_list<std::string_view> places,
                                       std::initializer_list<std::string_view> endings) {
  namespace fs = std::filesystem;
  std::vector<SourceFile> files;
  const auto take = [&](const fs::path& file) {
    const std::string path = fs::relative(file, root()).string();
    const bool wanted = std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
      return path.ends_with(ending);
    });
    if (!wanted || !fs::is_regular_file(file)) return;
    std::ifstream in(file, std::ios::binary);
    files.push_back({path, std::string(std::istreambuf_iterator<char>(in), {})});
  };
  for (const std::string_view place : places) {
    const fs::path start = fs::path(root()) / place;
    if (fs::is_regular_file(start)) take(start);
    if (!fs::is_directory(start)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(start))
      take(entry.path());
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

inline std::vector<SourceFile> cppFilesOf(std::initializer_list<std::string_view> places) {
  return filesOf(places, {".hpp", ".cpp", ".h", ".c"});
}

inline std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

inline std::size_t lineAt(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

inline std::string finding(const SourceFile& file, std::size_t line, const std::string& what) {
  return file.path + ":" + std::to_string(line) + ": " + what;
}

/// The kinds of text that a source is made of.
enum class Part { code, comment, literal };

/// The same text with all but these parts blanked out; every line stays where it is. A literal is
/// what stands between its quotes. Raw strings are known with an empty delimiter only.
inline std::string partsOf(const std::string& text, std::initializer_list<Part> wanted) {
  std::string parts = text;
  const auto is = [&](Part part, std::size_t from, std::size_t to) {
    if (std::find(wanted.begin(), wanted.end(), part) != wanted.end()) return;
    for (std::size_t i = from; i < std::min(to, parts.size()); ++i)
      if (parts[i] != '\n') parts[i] = ' ';
  };
  const auto endOfLiteral = [&](std::size_t open) {
    std::size_t i = open + 1;
    while (i < text.size() && text[i] != text[open])
      i += text[i] == '\\' ? 2U : 1U;
    return i;
  };
  const auto past = [&](std::string_view mark, std::size_t from) {
    const std::size_t found = text.find(mark, from);
    return found == std::string::npos ? text.size() : found;
  };
  const auto isLiteral = [&](std::size_t start, std::size_t open, std::size_t close) {
    is(Part::code, start, open);
    is(Part::literal, open, close);
  };
  std::size_t i = 0;
  while (i < text.size()) {
    const std::string_view rest = std::string_view(text).substr(i);
    std::size_t end = i + 1;
    if (rest.starts_with("//")) {
      end = past("\n", i);
      is(Part::comment, i, end);
    } else if (rest.starts_with("/*")) {
      end = past("*/", i) + 2;
      is(Part::comment, i, end);
    } else if (rest.starts_with("R\"(")) {
      end = past(")\"", i) + 2;
      isLiteral(i, i + 3, end - 2);
      is(Part::code, end - 2, end);
    } else if (rest.starts_with('"')) {
      end = endOfLiteral(i) + 1;
      isLiteral(i, i + 1, end - 1);
      is(Part::code, end - 1, end);
    } else if (rest.starts_with('\'') &&
               !(i > 0 && std::isxdigit(static_cast<unsigned char>(text[i - 1])))) {
      end = endOfLiteral(i) + 1;
      isLiteral(i, i + 1, end - 1);
      is(Part::code, end - 1, end);
    } else {
      is(Part::code, i, end);
    }
    i = std::max(end, i + 1);
  }
  return parts;
}

/// The same text without comments and without the insides of literals.
inline std::string codeOf(const std::string& text) {
  return partsOf(text, {Part::code});
}

inline std::string commentsOf(const std::string& text) {
  return partsOf(text, {Part::comment});
}

/// All findings of a check over these files.
template <class Check>
Findings findingsIn(const std::vector<SourceFile>& files, Check check) {
  Findings all;
  for (const SourceFile& file : files) {
    const Findings found = check(file);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

}  // namespace sluice::tidy
