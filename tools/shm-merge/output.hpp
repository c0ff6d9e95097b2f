// The ring that the inputs are merged into.
#pragma once

#include <memory>
#include <stop_token>

#include "merged_record.hpp"
#include "options.hpp"
#include "sluice/result.hpp"
#include "sluice/untyped_producer.hpp"

namespace shm_merge {

/// This process is its producer.
struct Output {
  std::unique_ptr<MergedRecord> record;
  sluice::UntypedProducer ring;
};

/// Continues the output, or creates it where there is none, for the records of the first input that
/// fits: it waits until there is an input. Nothing is done to the inputs. What cannot be looked at
/// is complained of. Errors: recordMismatch where there are inputs and the output is for the
/// records of none; stopped; as UntypedProducer::open and create.
sluice::Result<Output> openOutput(const Options& options, const std::stop_token& stop);

}  // namespace shm_merge
