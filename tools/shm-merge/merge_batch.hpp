// Moves records of the inputs into the output.
#pragma once

#include "merged_record.hpp"
#include "sluice/status.hpp"
#include "sluice/untyped_fan_in.hpp"
#include "sluice/untyped_producer.hpp"
#include "sluice/wait_limit.hpp"

namespace shm_merge {

/// Publishes the last event's batch in the output, and commits it in its ring. Each claim is
/// committed before the next one: so whenever this process dies, only records of the ring that the
/// last published one is from may be published and not committed (settle.hpp). What does not get
/// room within the limit is not committed. Status::ok when all of it was done.
sluice::Status mergeBatch(sluice::UntypedFanIn& in, const sluice::UntypedFanIn::Event& event,
                          sluice::UntypedProducer& out, const MergedRecord& record,
                          const sluice::WaitLimit& limit);

}  // namespace shm_merge
