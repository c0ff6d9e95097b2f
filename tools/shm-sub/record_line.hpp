// A record in a line of JSON.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "inspect/snapshot.hpp"
#include "sluice/record.hpp"

namespace shm_sub {

/// The fields of a record type, as far as they lie in the record.
std::vector<sluice::inspect::SchemaField> fieldsOf(const sluice::RecordDescription& record);

/// {"time":1,"price":17.5}, in the order of the fields; {"bytes":"0a0b"} of a record that describes
/// none. What no field can hold in JSON (a text that is not UTF-8) is replaced.
std::string inJson(const std::vector<sluice::inspect::SchemaField>& fields,
                   std::span<const std::byte> record);

}  // namespace shm_sub
