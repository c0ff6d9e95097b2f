// Which names a pattern means.
#include "roles/name_pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::detail {
namespace {

bool matches(const char* pattern, const char* name) {
  return NamePattern::parse(pattern).value().matches(name);
}

TEST(NamePattern, WithoutWildcardsMeansOneName) {
  EXPECT_TRUE(matches("log", "log"));
  EXPECT_FALSE(matches("log", "lo"));
  EXPECT_FALSE(matches("log", "logs"));
}

TEST(NamePattern, TakesAnyBytesForAStar) {
  EXPECT_TRUE(matches("log-*", "log-"));
  EXPECT_TRUE(matches("log-*", "log-a-b"));
  EXPECT_FALSE(matches("log-*", "log"));
  EXPECT_TRUE(matches("*-log", "a-log-log"));
  EXPECT_FALSE(matches("*-log", "a-log-"));
  EXPECT_TRUE(matches("a*b*c", "a-b-b-c-c"));
  EXPECT_FALSE(matches("a*b*c", "a-c-b"));
  EXPECT_TRUE(matches("**", "x"));
}

TEST(NamePattern, TakesOneByteForAQuestionMark) {
  EXPECT_TRUE(matches("log-?", "log-1"));
  EXPECT_FALSE(matches("log-?", "log-"));
  EXPECT_FALSE(matches("log-?", "log-12"));
  EXPECT_TRUE(matches("*?a", "xa"));
  EXPECT_FALSE(matches("*?a", "a"));
}

TEST(NamePattern, LooksAtALongNameInALimitedTime) {
  std::string pattern;
  for (int i = 0; i < 60; ++i)
    pattern += "a*";
  EXPECT_FALSE(matches((pattern + "b").c_str(), std::string(200, 'a').c_str()));
}

TEST(NamePattern, RefusesWhatNoNameCanMatch) {
  for (const std::string bad : {"", "a/b*", ".*", "a\n*"})
    EXPECT_EQ(NamePattern::parse(bad).error().code, ErrorCode::invalidArgument) << bad;
  EXPECT_EQ(NamePattern::parse(std::string(201, 'a')).error().field, "pattern");
  EXPECT_TRUE(NamePattern::parse(std::string(200, '*')));
}

}  // namespace
}  // namespace sluice::detail
