// The role that reads every record in place.
#pragma once

#include "batch.hpp"
#include "python.hpp"
#include "role.hpp"

namespace sluice::python {

struct Consumer {
  Role role;
  Batch* batches;      ///< of records, not over, and whose objects live: the newest first
  std::uint64_t last;  ///< the first sequence of the last batch
};

extern PyType_Spec consumerSpec;

}  // namespace sluice::python
