#include "sluice/result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <string>

#include "os/system_error.hpp"

namespace sluice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ErrorCode, EveryOneHasANameOfItsOwn) {
  std::set<std::string> names;
  const int last = static_cast<int>(ErrorCode::system);
  for (int code = 0; code <= last; ++code)
    names.insert(nameOf(static_cast<ErrorCode>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_EQ(names.count("unknown"), 0u);
  EXPECT_STREQ(nameOf(ErrorCode::notFound), "notFound");
}

TEST(Error, SaysEverythingInOneLine) {
  const Error error{ErrorCode::invalidArgument, "/dev/shm/ticks",  "capacity", "3",
                    "a power of two",           "round it up to 4"};
  EXPECT_EQ(error.message(),
            "segment /dev/shm/ticks: capacity: found 3, expected a power of two; round it up to 4");
}

TEST(Error, LeavesOutWhatItDoesNotKnow) {
  EXPECT_EQ((Error{ErrorCode::full, "", "rows", "64", "", ""}.message()), "rows: found 64");
  EXPECT_EQ((Error{ErrorCode::full, "/dev/shm/ticks", "", "", "", "wait"}.message()),
            "segment /dev/shm/ticks; wait");
  EXPECT_EQ((Error{ErrorCode::timedOut, "", "", "", "", ""}.message()), "timedOut");
}

TEST(Result, ValueThrowsTheErrorThatItHolds) {
  const Result<int> result = Error{ErrorCode::denied, "/dev/shm/ticks", "open", "no", "", ""};
  try {
    static_cast<void>(result.value());
    FAIL() << "nothing was thrown";
  } catch (const Exception& exception) {
    EXPECT_EQ(exception.error().code, ErrorCode::denied);
    EXPECT_EQ(exception.error().segment, "/dev/shm/ticks");
    EXPECT_EQ(exception.what(), exception.error().message());
  }
}

TEST(Result, AFailureWithoutAValueThrowsToo) {
  const Result<void> result = Error{ErrorCode::ended, "", "", "", "", ""};
  EXPECT_THROW(result.value(), Exception);
}

TEST(SystemError, TellsWhatTheKernelSaid) {
  const Error error = detail::systemError("/dev/shm/ticks", "open", ENOENT);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("/dev/shm/ticks"), HasSubstr("open"),
                                     HasSubstr("No such file or directory")));
}

TEST(SystemError, PicksACodeThatACallerCanActOn) {
  const auto codeOf = [](int number) { return detail::systemError("", "", number).code; };
  EXPECT_EQ(codeOf(ENOENT), ErrorCode::notFound);
  EXPECT_EQ(codeOf(EEXIST), ErrorCode::alreadyExists);
  EXPECT_EQ(codeOf(EACCES), ErrorCode::denied);
  EXPECT_EQ(codeOf(EPERM), ErrorCode::denied);
  EXPECT_EQ(codeOf(ENOSPC), ErrorCode::full);
  EXPECT_EQ(codeOf(ENOMEM), ErrorCode::full);
  EXPECT_EQ(codeOf(EIO), ErrorCode::system);
}

TEST(SystemError, AdvisesWhereSomethingCanBeDone) {
  for (const int number : {ENOENT, EEXIST, EACCES, ENOSPC})
    EXPECT_THAT(detail::systemError("", "", number).advice, Not(::testing::IsEmpty())) << number;
}

}  // namespace
}  // namespace sluice
