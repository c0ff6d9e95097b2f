// The ring that tests of detached roles begin with, in each layout.
#pragma once

#include <gtest/gtest.h>

#include "detached_answers.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {

template <class L>
class TickRoles : public ::testing::Test {
 protected:
  Producer<Tick, L> make() const {
    return Producer<Tick, L>::create(name_.str(), {.capacity = 8}).value();
  }

  testing::SegmentName name_;
  Answers answers_;
};

using EachLayout = ::testing::Types<stamped, packed>;

}  // namespace sluice
