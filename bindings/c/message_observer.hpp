// An observer of messages as C has it.
#pragma once

#include <utility>

#include "c/handle.hpp"
#include "sluice/c/message_observer.h"
#include "sluice/message_observer.hpp"

/// Stays where it is.
struct sluice_message_observer : sluice::c::Handle {
  explicit sluice_message_observer(sluice::MessageObserver observer) : role(std::move(observer)) {}

  sluice::MessageObserver role;
};
