// What a death costs the participants that live on.
#pragma once

#include <string>

#include "deaths/measurement.hpp"
#include "deaths/segment.hpp"

namespace sluice::bench {

/// A victim: the producer of the segment, which has published one record.
void produce(Stage& stage, const std::string& segment);

// In each the victim has mapped and touched the whole segment, and the survivor is asleep.

/// A gating consumer (OnDeath::release) is killed; the producer's claim on the full ring returns.
Measurement claimAfterConsumer(const Segment& segment);

/// The producer is killed; a consumer's wait returns with Status::peerDied.
Measurement waitAfterProducer(const Segment& segment);

/// The producer is killed; the first claim of a successor that has waited for that returns.
Measurement claimOfSuccessor(const Segment& segment);

}  // namespace sluice::bench
