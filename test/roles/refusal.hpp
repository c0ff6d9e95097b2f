// Why a role was refused, for the tests of that.
#pragma once

#include <gtest/gtest.h>

#include "sluice/error.hpp"

namespace sluice {

/// Of a result that is expected to be none.
template <class R>
Error errorOf(const R& result) {
  EXPECT_FALSE(result.has_value());
  return result.has_value() ? Error{} : result.error();
}

}  // namespace sluice
