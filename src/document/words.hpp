// What the numbers of a segment are called.
#pragma once

#include <string>

#include "inspect/snapshot.hpp"

namespace sluice::document {

std::string nameOf(sluice::SlotLayout layout);
std::string nameOf(sluice::WithoutConsumers choice);
std::string nameOf(sluice::WakeProtocol protocol);
std::string nameOf(sluice::detail::ProducerState state);
std::string nameOf(sluice::detail::RowState state);
std::string nameOf(sluice::OnDeath policy);
std::string nameOf(sluice::FieldKind kind);
std::string nameOf(sluice::inspect::Severity severity);

/// The name of a segment in its directory.
std::string nameOf(const sluice::inspect::Snapshot& snapshot);

/// Nanoseconds since 1970 as "2024-05-01T12:30:00Z".
std::string timeOf(std::uint64_t realtime);

}  // namespace sluice::document
