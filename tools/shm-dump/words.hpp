// What the numbers of a segment are called.
#pragma once

#include <string>

#include "sluice/inspect/snapshot.hpp"

namespace shm_dump {

std::string nameOf(sluice::layout::SlotLayout layout);
std::string nameOf(sluice::layout::WithoutConsumers choice);
std::string nameOf(sluice::platform::WakeProtocol protocol);
std::string nameOf(sluice::layout::ProducerState state);
std::string nameOf(sluice::layout::RowState state);
std::string nameOf(sluice::layout::OnDeath policy);
std::string nameOf(sluice::FieldKind kind);
std::string nameOf(sluice::inspect::Severity severity);

/// The name of a segment in its directory.
std::string nameOf(const sluice::inspect::Snapshot& snapshot);

/// Nanoseconds since 1970 as "2024-05-01T12:30:00Z".
std::string timeOf(std::uint64_t realtime);

}  // namespace shm_dump
