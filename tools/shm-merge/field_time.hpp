// A field of a record as the time to merge by.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "sluice/record.hpp"
#include "sluice/untyped_fan_in.hpp"

namespace shm_merge {

/// Tells the order of records by one of their fields. Throws std::invalid_argument where the record
/// has no such field, or where it is not one number.
std::function<std::int64_t(const sluice::UntypedFanIn::Record&)> timeBy(
    std::string_view field, const sluice::RecordDescription& record);

}  // namespace shm_merge
