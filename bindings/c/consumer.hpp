// A consumer of records as C has it.
#pragma once

#include <string>
#include <utility>

#include "c/handle.hpp"
#include "c/record.hpp"
#include "sluice/c/consumer.h"
#include "sluice/untyped_consumer.hpp"

/// Stays where it is.
struct sluice_consumer : sluice::c::Handle {
  explicit sluice_consumer(sluice::UntypedConsumer consumer)
      : role(std::move(consumer)), name(role.name()), shown(role.record()) {}

  sluice::UntypedConsumer role;
  const std::string name;
  const sluice::c::ShownRecord shown;
};
