// The stream that a trial steps: where it is, and what its roles are.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "parcel.hpp"
#include "sluice/sluice.hpp"

namespace sluice::kill {

/// The roles, over the slot layout that this program steps.
using Sender = Producer<Parcel, SLUICE_KILL_LAYOUT>;
using Receiver = Consumer<Parcel, SLUICE_KILL_LAYOUT>;
using Watcher = Observer<Parcel, SLUICE_KILL_LAYOUT>;

/// Where a trial's segment is: in a directory of its own, so that nothing else can be found there.
struct Place {
  std::string directory;
  std::string segment;
  std::optional<WakeProtocol> protocol{};
};

inline constexpr std::uint64_t ringCapacity = 16;
inline constexpr std::uint32_t consumerRows = 4;
/// Longer than anything that goes well takes.
inline constexpr std::chrono::seconds patience{20};

ProducerOptions producerOptions(const Place& place);
OpenOptions openOptions(const Place& place);
/// A consumer that sees every record of the ring and stays when the producer is gone.
ConsumerOptions consumerOptions(const Place& place, std::string name);

/// Claims `count` records one by one and publishes each; false when a claim ends otherwise.
bool publish(Sender& producer, std::uint64_t count);

}  // namespace sluice::kill
