// Every access to an atomic says its order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "source_tree.hpp"

namespace sluice::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The text between the parenthesis at `open` and the one that closes it.
std::string argumentsAt(const std::string& code, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (code[i] == '(') ++depth;
    if (code[i] == ')' && --depth == 0) return code.substr(open + 1, i - open - 1);
  }
  return code.substr(open);
}

/// An order is named by itself, or by a constant of the same file that names it.
bool namesAnOrder(const std::string& arguments, const std::string& code) {
  static const std::regex constant(R"(\bconst(?:expr)? auto (\w+) = std::memory_order_\w+;)");
  if (arguments.find("memory_order") != std::string::npos) return true;
  for (std::sregex_iterator it(code.begin(), code.end(), constant), end; it != end; ++it)
    if (std::regex_search(arguments, std::regex("\\b" + (*it)[1].str() + "\\b"))) return true;
  return false;
}

Findings unorderedAccesses(const SourceFile& file) {
  static const std::regex access(
      R"((?:\.|->)\s*(load|store|exchange|fetch_\w+|compare_exchange_\w+|test_and_set|wait_explicit)\s*(\())");
  const std::string code = codeOf(file.text);
  Findings findings;
  for (std::sregex_iterator it(code.begin(), code.end(), access), end; it != end; ++it) {
    const auto open = static_cast<std::size_t>(it->position(2));
    if (!namesAnOrder(argumentsAt(code, open), code))
      findings.push_back(
          finding(file, lineAt(code, open), (*it)[1].str() + " names no memory order"));
  }
  return findings;
}

TEST(AtomicOrder, EveryAccessOfTheLibraryNamesItsOrder) {
  EXPECT_THAT(findingsIn(cppFilesOf({"include", "src", "bindings"}), unorderedAccesses), IsEmpty());
}

TEST(AtomicOrderCheck, FindsEachKindOfAccessWithoutAnOrder) {
  EXPECT_THAT(unorderedAccesses({"a.hpp",
                                 "a.load();\na->store(f(1), std::memory_order_release);\n"
                                 "a.exchange(2);\na.fetch_add(\n1);\n"
                                 "a.compare_exchange_weak(x, g(y));\n"
                                 "// a.load()\n"}),
              ElementsAre(HasSubstr(":1: load"), HasSubstr(":3: exchange"),
                          HasSubstr(":4: fetch_add"), HasSubstr(":6: compare_exchange_weak")));
}

TEST(AtomicOrderCheck, TakesAConstantThatNamesAnOrder) {
  const std::string access = "a.store(0, order);\n";
  EXPECT_THAT(
      unorderedAccesses({"a.cpp", "constexpr auto order = std::memory_order_relaxed;\n" + access}),
      IsEmpty());
  EXPECT_THAT(unorderedAccesses({"a.cpp", "constexpr auto order = 5;\n" + access}),
              ::testing::SizeIs(1));
}

}  // namespace
}  // namespace sluice::tidy
