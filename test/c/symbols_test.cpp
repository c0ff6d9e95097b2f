// What libsluice.so exports: the functions of the list, C++ under a version of its own, and no
// more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "support/shell_command.hpp"

namespace sluice {
namespace {

using ::testing::HasSubstr;

std::string outputOf(const std::string& command) {
  const testing::Ran ran = testing::run(command + " 2>&1");
  EXPECT_EQ(ran.status, 0) << command << '\n' << ran.output;
  return ran.output;
}

/// Those of a version, without it.
std::set<std::string> exportedAs(const std::string& version) {
  std::istringstream symbols(outputOf("nm -D --defined-only " SLUICE_SHARED_LIBRARY));
  std::set<std::string> names;
  std::string address;
  std::string kind;
  std::string name;
  while (symbols >> address >> kind >> name) {
    const auto at = name.find("@@" + version);
    // The version's own symbol has the version's name.
    if (at != std::string::npos && kind != "A") names.insert(name.substr(0, at));
  }
  return names;
}

std::set<std::string> listed() {
  std::ifstream list(SLUICE_SOURCE_DIR "/bindings/c/symbols.txt");
  std::set<std::string> names;
  for (std::string name; std::getline(list, name);)
    names.insert(name);
  return names;
}

TEST(Symbols, OfCAreThoseOfTheList) {
  ASSERT_FALSE(listed().empty());
  EXPECT_EQ(exportedAs("SLUICE_0"), listed())
      << "bindings/c/symbols.txt: a function may be added; one that goes or changes needs a soname";
}

TEST(Symbols, OfCppHaveAVersionOfTheirOwnAndAreSluices) {
  const auto names = exportedAs("SLUICE_CXX_0.1");
  EXPECT_TRUE(
      names.contains("_ZN6sluice13removeSegmentESt17basic_string_viewIcSt11char_traitsIcEE"
                     "RKNS_13RemoveOptionsE"));
  for (const std::string& name : names)
    EXPECT_TRUE(name.starts_with("_ZN6sluice") || name.starts_with("_ZNK6sluice") ||
                name.starts_with("_ZT"))
        << name;
}

TEST(Symbols, HaveNoOtherVersion) {
  std::istringstream symbols(outputOf("nm -D --defined-only " SLUICE_SHARED_LIBRARY));
  for (std::string line; std::getline(symbols, line);)
    EXPECT_TRUE(line.find("SLUICE_0") != std::string::npos ||
                line.find("SLUICE_CXX_0.1") != std::string::npos)
        << line;
}

TEST(SharedLibrary, IsNeededByASonameThatCountsIncompatibleChanges) {
  EXPECT_THAT(outputOf("readelf -d " SLUICE_SHARED_LIBRARY), HasSubstr("[libsluice.so.0]"));
}

}  // namespace
}  // namespace sluice
