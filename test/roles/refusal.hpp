// Why a role was refused, for the tests of that.
#pragma once

#include <gtest/gtest.h>

#include "sluice/error.hpp"
#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {

/// Of a result that is expected to be none.
template <class R>
Error errorOf(const R& result) {
  EXPECT_FALSE(result.has_value());
  return result.has_value() ? Error{} : result.error();
}

/// What refuses such a consumer at the moment; an empty error when nothing does.
inline Error refusalOf(const testing::SegmentName& name, const ConsumerOptions& options) {
  const auto in = Consumer<Tick>::attach(name.str(), options);
  return in ? Error{} : in.error();
}

}  // namespace sluice
