#include "named_inputs.hpp"

#include <gtest/gtest.h>

namespace shm_merge {
namespace {

using sluice::Status;

TEST(NamedInputs, AreOverOnceEachHasEndedAndClosedWhereEachWas) {
  NamedInputs inputs({"a", "b"});
  inputs.ended("a", Status::closed);
  EXPECT_FALSE(inputs.areOver());
  inputs.ended("b", Status::closed);
  EXPECT_TRUE(inputs.areOver());
  EXPECT_TRUE(inputs.areClosed());
}

TEST(NamedInputs, AreNotAllClosedWhereOneCouldNotBeRead) {
  NamedInputs inputs({"a", "b"});
  inputs.refused("a");
  inputs.ended("b", Status::closed);
  EXPECT_TRUE(inputs.areOver());
  EXPECT_FALSE(inputs.areClosed());
}

TEST(NamedInputs, StayClosedWhereTheNameOfOneCouldNotBeRemoved) {
  NamedInputs inputs({"a"});
  inputs.ended("a", Status::closed);
  inputs.refused("a");
  EXPECT_TRUE(inputs.areClosed());
}

TEST(NamedInputs, AreNeverOverWithAPatternAmongThem) {
  NamedInputs inputs({"a", "log-*"});
  inputs.ended("a", Status::closed);
  EXPECT_FALSE(inputs.areOver());
}

}  // namespace
}  // namespace shm_merge
