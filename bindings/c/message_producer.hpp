// A producer of messages as C has it.
#pragma once

#include <optional>
#include <utility>

#include "c/handle.hpp"
#include "sluice/c/message_producer.h"
#include "sluice/message_claim.hpp"
#include "sluice/message_producer.hpp"

/// Stays where it is.
struct sluice_message_producer : sluice::c::Handle {
  explicit sluice_message_producer(sluice::MessageProducer producer) : role(std::move(producer)) {}

  sluice::MessageProducer role;
  std::optional<sluice::MessageClaim> last;  // the last claim, of this address of the role
};
