// An observer of records as C has it.
#pragma once

#include <utility>

#include "c/handle.hpp"
#include "c/record.hpp"
#include "sluice/c/observer.h"
#include "sluice/untyped_observer.hpp"

/// Stays where it is.
struct sluice_observer : sluice::c::Handle {
  explicit sluice_observer(sluice::UntypedObserver observer)
      : role(std::move(observer)), shown(role.record()) {}

  sluice::UntypedObserver role;
  const sluice::c::ShownRecord shown;
};
