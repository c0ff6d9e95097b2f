// A consumer of messages as C has it.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "c/handle.hpp"
#include "sluice/c/message_consumer.h"
#include "sluice/message_batch.hpp"
#include "sluice/message_consumer.hpp"

namespace sluice::c {

/// A batch as C is given it, which refers to this one.
inline sluice_message_batch show(const MessageBatch& batch) noexcept {
  return {&batch, batch.size(), batch.first()};
}

}  // namespace sluice::c

/// Stays where it is.
struct sluice_message_consumer : sluice::c::Handle {
  explicit sluice_message_consumer(sluice::MessageConsumer consumer)
      : role(std::move(consumer)), name(role.name()) {}

  sluice::MessageConsumer role;
  const std::string name;
  std::optional<sluice::MessageBatch> last;  // what the last wait returned
};
